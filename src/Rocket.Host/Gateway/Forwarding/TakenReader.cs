using System.Buffers;
using System.IO.Pipelines;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>Reads from a pipe and tells its sender what was taken up.</summary>
internal sealed class TakenReader(PipeReader input, TakenBytes taken) : PipeReader
{
    private ReadOnlySequence<byte> _last;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
        _last = read.Buffer;
        return read;
    }

    public override bool TryRead(out ReadResult result)
    {
        var isRead = input.TryRead(out result);
        _last = isRead ? result.Buffer : default;
        return isRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var bytes = _last.Slice(_last.Start, consumed).Length;
        var isAll = bytes == _last.Length;
        _last = default;
        input.AdvanceTo(consumed, examined);
        taken.Add((int)bytes, isAll);
    }

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);
}
