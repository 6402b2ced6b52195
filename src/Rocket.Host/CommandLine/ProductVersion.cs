using System.Reflection;

namespace Rocket.Host.CommandLine;

/// <summary>The version of this build.</summary>
public static class ProductVersion
{
    /// <summary>Such as <c>0.1.0</c>; the build's source revision is left out.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
