using System.Buffers;
using System.Numerics;
using Akka.Actor;

namespace Rocket.Actors.Queues;

/// <summary>
/// One send on its way: <em>offered</em> by the gateway, <em>taken</em> by the queue, <em>answered</em> once.
/// It owns its buffer from <see cref="Rent"/> to <see cref="ReturnBuffer"/>, which the queue calls as soon as the records are copied into its batch; an
/// append that is answered without having been taken gives its buffer back there. A small buffer stays with the append, which is used again and again:
/// the shared pool keeps too few arrays for thousands of sends in flight. A large one is rented from that pool.
/// </summary>
public abstract class Append
{
    /// <summary>Buffers up to this size stay with their append.</summary>
    private const int KeptBytes = 4096;

    /// <summary>Tables up to these sizes do so too.</summary>
    private const int KeptRecords = 256;
    private const int KeptKeys = 1024;

    private byte[]? _buffer;
    private byte[] _kept = [];
    private int _stage = Idle;

    private const int Idle = 0;
    private const int Offered = 1;
    private const int Taken = 2;

    /// <summary>The encoded messages, back to back.</summary>
    public byte[] Buffer => _buffer ?? throw new InvalidOperationException("The buffer of this append was returned already.");

    /// <summary>What <see cref="Buffer"/> holds; the first <see cref="RecordCount"/> are valid.</summary>
    public AppendedRecord[] Records { get; private set; } = new AppendedRecord[1];

    /// <summary>How many messages this append stores, all or none.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Hashes of KEYS and UNIQ_KEY of all records; each record names its share.</summary>
    public ulong[] KeyHashes { get; private set; } = new ulong[4];

    /// <summary>False for WAIT=false: answered once written, whatever the flush-disk-type.</summary>
    public bool WaitsForFlush { get; set; } = true;

    /// <summary>Bytes that count against the queue's budget.</summary>
    public int AdmittedBytes { get; private set; }

    /// <summary>The queue that this append was offered to.</summary>
    public QueueHandle? Queue { get; private set; }

    /// <summary>How it ended.</summary>
    public AppendOutcome Outcome { get; private set; }

    /// <summary>Queue offset of the first record; the others follow without a gap.</summary>
    public long QueueOffset { get; private set; }

    /// <summary>Whether a large batch has left tables that are larger than what another use of this append is worth.</summary>
    protected bool HasLargeTables => Records.Length > KeptRecords || KeyHashes.Length > KeptKeys;

    /// <summary>A queue was told of it and has not taken it: whoever finds it may answer it.</summary>
    internal bool IsOffered => Volatile.Read(ref _stage) == Offered;

    private int _keyCount;

    /// <summary>Starts a new append with room for <paramref name="bytes"/> bytes of encoded messages.</summary>
    protected void Rent(int bytes)
    {
        Expect(Idle, Idle);
        _buffer = bytes <= KeptBytes ? Keep(bytes) : ArrayPool<byte>.Shared.Rent(bytes);
        AdmittedBytes = bytes;
        RecordCount = 0;
        _keyCount = 0;
        WaitsForFlush = true;
        Outcome = AppendOutcome.Pending;
        Queue = null;
    }

    private byte[] Keep(int bytes)
    {
        if (_kept.Length < bytes)
        {
            _kept = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)bytes));
        }

        return _kept;
    }

    /// <summary>Gives up an append that was not offered.</summary>
    protected void Reset()
    {
        Expect(Idle, Idle);
        ReturnBuffer();
    }

    /// <summary>Notes one message that was encoded into the buffer; its keys follow by <see cref="AddKey"/>.</summary>
    protected void AddRecord(int start, int length, int tagHash)
    {
        if (RecordCount == Records.Length)
        {
            var grown = Records;
            Array.Resize(ref grown, grown.Length * 2);
            Records = grown;
        }

        Records[RecordCount++] = new AppendedRecord(start, length, tagHash, _keyCount);
    }

    /// <summary>Adds a key hash to the record noted last.</summary>
    protected void AddKey(ulong hash)
    {
        if (_keyCount == KeyHashes.Length)
        {
            var grown = KeyHashes;
            Array.Resize(ref grown, grown.Length * 2);
            KeyHashes = grown;
        }

        KeyHashes[_keyCount++] = hash;
        Records[RecordCount - 1].KeyCount++;
    }

    /// <summary>Offers this append to a queue whose budget has room. False: the budget is full, nothing happened.</summary>
    public bool TryOffer(QueueHandle queue)
    {
        if (!queue.TryAdmit(AdmittedBytes))
        {
            return false;
        }

        Expect(Idle, Offered);
        Queue = queue;
        queue.Actor.Tell(this, ActorRefs.NoSender);
        return true;
    }

    /// <summary>The queue takes it over and knows the offset of its first record.</summary>
    internal void Take(long firstOffset)
    {
        Expect(Offered, Taken);
        QueueOffset = firstOffset;
    }

    /// <summary>Gives the buffer back; called once its bytes were copied or will not be needed.</summary>
    public void ReturnBuffer()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            if (!ReferenceEquals(buffer, _kept))
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Answers the send; exactly once for each offer. May run on any thread.</summary>
    internal void Answer(AppendOutcome outcome)
    {
        if (_stage == Idle)
        {
            throw new InvalidOperationException("This append was answered already.");
        }

        ReturnBuffer();
        Queue!.Release(AdmittedBytes);
        Outcome = outcome;
        _stage = Idle;
        OnAnswered();
    }

    /// <summary>Sends the answer to the client.</summary>
    protected abstract void OnAnswered();

    private void Expect(int from, int to)
    {
        if (_stage != from)
        {
            throw new InvalidOperationException($"An append in stage {_stage} cannot go from {from} to {to}.");
        }

        _stage = to;
    }
}
