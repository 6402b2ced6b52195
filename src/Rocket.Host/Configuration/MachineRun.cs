using Rocket.Actors.Storage;

namespace Rocket.Host.Configuration;

/// <summary>Which run of the machine this process belongs to. In a container it is the host's, which is what counts: the host's memory holds what was not flushed.</summary>
internal static class MachineRun
{
    /// <summary>Not an option for users: tests name a file here that stands for the kernel's, so that a machine that was started anew can be had without one.</summary>
    private const string FileVariable = "ROCKET_BOOT_ID_FILE";

    /// <summary>All zero: the system does not tell.</summary>
    public static Guid BootId() => Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file ? FileDirectory.BootId(file) : FileDirectory.BootId();
}
