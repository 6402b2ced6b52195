namespace Rocket.Host.Configuration;

/// <summary>Where operators reach this node.</summary>
/// <param name="BindHost">IP address that the dashboard's port listens on.</param>
/// <param name="Port">The dashboard's port, which takes the commands too; 0: none.</param>
/// <param name="PetabridgeCmdPort">Port of Petabridge.Cmd, in a build that has it; 0: none.</param>
public sealed record OperatorSettings(string BindHost, int Port, int PetabridgeCmdPort)
{
    /// <summary>The port's default, for a command line that names no node and no configuration.</summary>
    public const int DefaultPort = 8080;

    /// <summary>The address's default; since there is no login yet, nobody but this machine.</summary>
    public const string DefaultHost = "127.0.0.1";

    internal static readonly SettingPath BindHostKey = SettingPath.Of("rocket.dashboard.bind-host");
    internal static readonly SettingPath PortKey = SettingPath.Of("rocket.dashboard.port");
    internal static readonly SettingPath PetabridgeCmdPortKey = SettingPath.Of("rocket.petabridge-cmd.port");

    /// <summary>Whether this build listens on <see cref="PetabridgeCmdPort"/>.</summary>
    public static bool HasPetabridgeCmd =>
#if PETABRIDGE_CMD
        true;
#else
        false;
#endif

    internal static OperatorSettings Read(SettingsReader reader) => new(
        reader.Text(BindHostKey, Names.RefuseBindHost),
        reader.PortOrOff(PortKey),
        reader.PortOrOff(PetabridgeCmdPortKey));
}
