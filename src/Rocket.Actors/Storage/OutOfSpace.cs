namespace Rocket.Actors.Storage;

/// <summary>Tells a full disk from a broken one: what was written before is as it was, and writing goes on once there is space.</summary>
internal static class OutOfSpace
{
    // On Unix .NET gives the errno, on Windows an HRESULT.
    private const int NoSpaceLeft = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT on Linux
    private const int WindowsDiskFull = unchecked((int)0x80070070); // ERROR_DISK_FULL
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027); // ERROR_HANDLE_DISK_FULL

    /// <summary>Whether the disk, or a quota, was full when this failed.</summary>
    public static bool IsCauseOf(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is IOException && failure.HResult is NoSpaceLeft or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull)
            {
                return true;
            }
        }

        return false;
    }
}
