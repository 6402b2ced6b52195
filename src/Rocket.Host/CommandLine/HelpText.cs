namespace Rocket.Host.CommandLine;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    /// <summary>Said below every mistake on the command line.</summary>
    public const string Hint = "Try --help.";

    /// <summary>The whole text.</summary>
    public const string Text = """
        Rocket: a message broker for RocketMQ clients.

        dotnet Rocket.Host.dll [flags]        starts a node; Ctrl+C or SIGTERM stops it
        dotnet Rocket.Host.dll cmd …          asks a running node; more: cmd --help

          --config FILE       settings in HOCON. A relative path is tried in the current folder, then beside
                              Rocket.Host.dll, then in the folder hocon beside it. Without: a standalone node
                              with name server 9876, broker-a on 10911 and data in ./data
          --set KEY=VALUE     one setting, over the file's; may be repeated, the last one of a key wins.
                              --set rocket.node-name=node1  --set 'rocket.brokers.broker-a.replicas=[node1]'
          --check-config      prints the effective settings and where each comes from; starts nothing
          --version           prints the version
          --help              prints this

        dotnet Rocket.Host.dll verify DATA-DIR   checks the data folder of a stopped node; verify --help says more
        dotnet Rocket.Host.dll dump FILE         shows what is in one file of it; dump --help says more

        Every key, its default and its meaning: hocon/reference.hocon beside Rocket.Host.dll.
        Exit codes: 0 stopped as asked, 1 refused to start or failed, 2 wrong command line.
        """;
}
