using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Rocket.Actors.Storage;

/// <summary>
/// fsync of a folder, which .NET has no call for: without it a new or renamed file may be gone after a power cut although its bytes
/// were flushed. Windows journals names by itself and has no such call.
/// </summary>
internal static class DirectoryFlush
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Retry(path, "open", static p => OpenNative(p, ReadOnly));
        try
        {
            Retry(descriptor, path, static d => FlushNative(d));
        }
        finally
        {
            _ = CloseNative(descriptor);
        }
    }

    private static int Retry(string path, string call, Func<string, int> native)
    {
        while (true)
        {
            var result = native(path);
            if (result >= 0)
            {
                return result;
            }

            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure(path, call);
            }
        }
    }

    private static void Retry(int descriptor, string path, Func<int, int> native)
    {
        while (native(descriptor) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure(path, "fsync");
            }
        }
    }

    private static IOException Failure(string path, string call)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{call} of the folder {path} failed: {error.Message}", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenNative([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FlushNative(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int CloseNative(int descriptor);
}
