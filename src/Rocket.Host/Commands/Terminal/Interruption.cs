using System.Runtime.InteropServices;

namespace Rocket.Host.Commands.Terminal;

/// <summary>While it lasts, Ctrl+C ends the command that runs, and not the program.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration _registration;

    private Interruption(CancellationToken outer)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            _source.Cancel();
        });
    }

    /// <summary>Cancelled by Ctrl+C.</summary>
    public CancellationToken Token => _source.Token;

    /// <param name="outer">Ends it too.</param>
    public static Interruption Begin(CancellationToken outer) => new(outer);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
