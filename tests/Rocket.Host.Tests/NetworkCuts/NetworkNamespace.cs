using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>A network of its own under a name of its own; nothing of this machine's network is in it, and it is removed at the end.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const int NetworkKind = 0x40000000;

    private readonly string _name;

    public NetworkNamespace(string name)
    {
        _name = name;
        IpCommand.Run("netns", "add", name);
    }

    /// <summary>Words in front of a command that shall run in it. Unlike <c>ip netns exec</c> they leave <c>/sys</c> as it is, where .NET reads its limits.</summary>
    public IReadOnlyList<string> Runner => ["nsenter", $"--net={File}"];

    /// <summary>Name, for commands about links between namespaces.</summary>
    public string Name => _name;

    private string File => $"/run/netns/{_name}";

    /// <summary>The program <c>ip</c> within it.</summary>
    public void Ip(params string[] words) => IpCommand.Run(["-n", _name, .. words]);

    /// <summary>
    /// A TCP socket in it, which may then be used from anywhere: a socket belongs to the network that the thread was in which opened it. That thread ends at once, so that it opens nothing
    /// else there and no other thread inherits its network.
    /// </summary>
    public Socket NewSocket()
    {
        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkKind) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception problem) when (problem is IOException or Win32Exception or SocketException or UnauthorizedAccessException)
            {
                failure = problem;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException($"no socket in {_name}: {failure!.Message}", failure);
    }

    public void Dispose() => IpCommand.Run("netns", "del", _name);

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int file, int kind);
}
