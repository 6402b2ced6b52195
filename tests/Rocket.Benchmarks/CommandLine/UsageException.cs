namespace Rocket.Benchmarks.CommandLine;

/// <summary>The command line is wrong; the message is for the person who typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);
