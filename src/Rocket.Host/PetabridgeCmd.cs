using System.Globalization;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Petabridge.Cmd;
using Petabridge.Cmd.Cluster;
using Petabridge.Cmd.Cluster.Sharding;
using Petabridge.Cmd.Host;
using Rocket.Host.Commands;
using Rocket.Host.Commands.Http;
using Rocket.Host.Commands.Terminal;
using Rocket.Host.Configuration;

namespace Rocket.Host;

// Compiled with -p:PetabridgeCmd=true only: its packages are not to be had everywhere. It listens on this machine alone, since its palettes know
// no login, and some of their commands stop nodes.
internal static partial class RocketSystem
{
    static partial void AddPetabridgeCmd(OperatorSettings settings, ref Config akka) => akka = ConfigurationFactory
        .ParseString(string.Create(CultureInfo.InvariantCulture, $"petabridge.cmd.host = 127.0.0.1\npetabridge.cmd.port = {settings.PetabridgeCmdPort}"))
        .WithFallback(akka);
}

public static partial class RocketHost
{
    static partial void StartPetabridgeCmd(ActorSystem system, OperatorSettings settings, CommandContext context)
    {
        if (settings.PetabridgeCmdPort != 0)
        {
            var host = PetabridgeCmd.Get(system);
            host.RegisterCommandPalette(ClusterCommands.Instance);
            host.RegisterCommandPalette(ClusterShardingCommands.Instance);
            host.RegisterCommandPalette(new RocketPaletteHandler(context));
            host.Start();
        }
    }

    /// <summary>The palette <c>rocket</c>, as <c>pbm</c> knows it: every argument is a switch with a value, <c>--all true</c> too.</summary>
    private sealed class RocketPaletteHandler(CommandContext context) : CommandPaletteHandler(Palette)
    {
        public static readonly CommandPalette Palette = new("rocket", Commands.Select(command => Define(command.Description)).ToArray());

        public static IEnumerable<ITableCommand> Commands => CommandRegistry.Of("rocket").OfType<ITableCommand>();

        public override Props HandlerProps { get; } = Props.Create(() => new RocketPaletteActor(context));

        private static CommandDefinition Define(CommandDescription command)
        {
            var definition = new CommandDefinitionBuilder().WithName(command.Name).WithDescription(command.Summary);
            foreach (var argument in command.Arguments)
            {
                definition = definition.WithArgument(built =>
                    built.WithName(argument.Name).WithDescription(argument.Help).IsMandatory(argument.IsRequired).WithSwitch(argument.Flag));
            }

            return command.Question is { } question
                ? definition.WithArgument(built => built.WithName("yes").WithDescription($"true: {question}").IsMandatory(true).WithSwitch("--yes")).Build()
                : definition.Build();
        }
    }

    private sealed class RocketPaletteActor : CommandHandlerActor
    {
        public RocketPaletteActor(CommandContext context)
            : base(RocketPaletteHandler.Palette)
        {
            foreach (var command in RocketPaletteHandler.Commands)
            {
                Process(command.Description.Name, given => AnswerAsync(command, given, context).PipeTo(Sender));
            }
        }

        private static async Task<object> AnswerAsync(ITableCommand command, Command given, CommandContext context)
        {
            try
            {
                var values = given.Arguments.ToDictionary(pair => pair.Item1.TrimStart('-'), object (pair) => bool.TryParse(pair.Item2, out var set) ? set : pair.Item2);
                var arguments = CommandArguments.Of(command.Description, JsonSerializer.SerializeToElement(values));
                using var patience = new CancellationTokenSource(CommandContext.Patience);
                var result = await command.ExecuteAsync(arguments, context, patience.Token).ConfigureAwait(false);
                return new CommandResponse(PlainTable.Of(NodeAnswer.Parse(CommandJson.TextOf(result))!));
            }
            catch (Exception refusal) when (refusal is CommandException or OperationCanceledException)
            {
                return new ErroredCommandResponse(refusal.Message);
            }
        }
    }
}
