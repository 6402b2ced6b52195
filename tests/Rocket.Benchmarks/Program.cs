using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Compare;
using Rocket.Benchmarks.Delays;
using Rocket.Benchmarks.Faults;
using Rocket.Benchmarks.Floor;
using Rocket.Benchmarks.Journal;
using Rocket.Benchmarks.Links;
using Rocket.Benchmarks.Load;
using Rocket.Benchmarks.Replication;
using Rocket.Benchmarks.Soak;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;

try
{
    var options = args.Skip(1);
    switch (args.FirstOrDefault())
    {
        case "load":
            GeneratorSockets.RunOnOneThread();
            return await LoadCommand.RunAsync(options);
        case "check":
            return await CheckCommand.RunAsync(options);
        case "floor":
            return await FloorCommand.RunAsync(options);
        case "links":
            return await LinksCommand.RunAsync(options);
        case "compare":
            GeneratorSockets.RunOnOneThread();
            return await CompareCommand.RunAsync(options);
        case "soak":
            return await SoakCommand.RunAsync(options);
        case "delays":
            return await DelaysCommand.RunAsync(options);
        case "faults":
            return await FaultsCommand.RunAsync(options);
        case "replication":
            GeneratorSockets.RunOnOneThread();
            return await ReplicationCommand.RunAsync(options);
        default:
            Console.WriteLine(Usage.Text);
            return args.FirstOrDefault() is "--help" or "help" ? 0 : 2;
    }
}
catch (Exception problem) when (problem is UsageException or FormatException or RemotingConnectException or RemotingTimeoutException
    or RemotingConnectionClosedException or UnexpectedAnswerException)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("interrupted");
    return 130;
}
