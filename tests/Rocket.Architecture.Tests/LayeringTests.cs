using System.Runtime.InteropServices;
using Rocket.Architecture.Tests.Compiled;
using Xunit;

namespace Rocket.Architecture.Tests;

public sealed class LayeringTests
{
    private const string Storage = "Rocket.Actors.Storage";
    private const string Queues = "Rocket.Actors.Queues";
    private const string Groups = "Rocket.Actors.Groups";
    private const string Gateway = "Rocket.Host.Gateway";
    private const string Commands = "Rocket.Host.Commands";

    /// <summary>All that opens, names, moves or deletes a file or a folder in the BCL.</summary>
    private static readonly HashSet<string> FileTypes =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.RandomAccess", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.IO.StreamReader", "System.IO.StreamWriter", "System.IO.FileSystemWatcher", "System.IO.MemoryMappedFiles.MemoryMappedFile", "System.IO.DriveInfo",
    ];

    private static readonly HashSet<string> FileOpeners =
    [
        $"{Storage}.FileDirectory", $"{Storage}.OpenFiles", $"{Storage}.OpenFile", $"{Storage}.DirectoryFlush",
    ];

    /// <summary>What talking to an actor takes: a reference, Tell and Ask. Nothing that makes, supervises, shards or persists one.</summary>
    private static readonly HashSet<string> ActorReferenceTypes =
    [
        "Akka.Actor.IActorRef", "Akka.Actor.ICanTell", "Akka.Actor.ActorRefs", "Akka.Actor.ActorRefExtensions", "Akka.Actor.ActorRefImplicitSenderExtensions",
        "Akka.Actor.Futures", "Akka.Actor.AskTimeoutException",
    ];

    [Fact]
    public void The_protocol_refers_to_the_base_class_library_and_to_System_IO_Hashing_only()
    {
        var framework = RuntimeEnvironment.GetRuntimeDirectory();
        Assert.NotEmpty(CompiledAssembly.Protocol.References);
        Findings.None(
            "Rocket.Protocol may refer to the base class library and System.IO.Hashing only",
            CompiledAssembly.Protocol.References.Where(name => name != "System.IO.Hashing" && !File.Exists(Path.Combine(framework, name + ".dll"))));
    }

    [Fact]
    public void The_actors_refer_to_no_sockets_no_http_and_no_web_server() =>
        Findings.None(
            "Rocket.Actors may not refer to sockets, HTTP or ASP.NET",
            CompiledAssembly.Actors.References.Where(name =>
                name is "System.Net.Sockets" or "System.Net.Http" or "System.Net.Security" or "System.Net.WebSockets" or "Rocket.Host"
                || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)));

    [Fact]
    public void The_storage_knows_no_Akka() =>
        Findings.None("Rocket.Actors.Storage may not use Akka", Uses(CompiledAssembly.Actors, InStorage, used => used.IsOfAkka));

    [Fact]
    public void The_storage_knows_no_other_folder_of_the_actors() =>
        Findings.None(
            "Rocket.Actors.Storage may use Rocket.Actors.Storage only",
            Uses(CompiledAssembly.Actors, InStorage, used => used.IsIn("Rocket.Actors") && !used.IsIn(Storage)));

    [Fact]
    public void Decisions_in_classes_named_State_know_no_Akka() =>
        Findings.None("a *State class may not use Akka", Uses(CompiledAssembly.Actors, IsState, used => used.IsOfAkka));

    [Fact]
    public void Decisions_in_classes_named_State_know_no_actor() =>
        Findings.None("a *State class may not use an actor", Uses(CompiledAssembly.Actors, IsState, IsActorClass));

    [Fact]
    public void Only_the_file_directory_and_its_open_files_touch_files() =>
        Findings.None(
            "within Rocket.Actors only FileDirectory, OpenFiles, OpenFile and DirectoryFlush may touch files",
            Uses(CompiledAssembly.Actors, type => !FileOpeners.Contains(type.Name.ToString()), used => FileTypes.Contains(used.ToString())));

    [Fact]
    public void The_file_directory_is_seen_touching_files() =>
        Assert.NotEmpty(Uses(CompiledAssembly.Actors, type => FileOpeners.Contains(type.Name.ToString()), used => FileTypes.Contains(used.ToString())));

    [Fact]
    public void Queues_do_not_know_groups() =>
        Findings.None(
            "Rocket.Actors.Queues may not use Rocket.Actors.Groups",
            Uses(CompiledAssembly.Actors, type => type.Name.IsIn(Queues), used => used.IsIn(Groups)));

    [Fact]
    public void The_gateway_knows_of_Akka_only_how_to_talk_to_an_actor() =>
        Findings.None(
            "Rocket.Host.Gateway may use references to actors and nothing else of Akka",
            Uses(CompiledAssembly.Host, InGateway, used => used.IsOfAkka && !ActorReferenceTypes.Contains(used.ToString())));

    [Fact]
    public void The_gateway_knows_the_protocols_of_actors_but_no_actor() =>
        Findings.None("Rocket.Host.Gateway may not use an actor's class", Uses(CompiledAssembly.Host, InGateway, IsActorClass));

    [Fact]
    public void Commands_know_of_Akka_only_how_to_talk_to_an_actor() =>
        Findings.None(
            "Rocket.Host.Commands may use references to actors and nothing else of Akka",
            Uses(CompiledAssembly.Host, InCommands, used => used.IsOfAkka && !ActorReferenceTypes.Contains(used.ToString())));

    [Fact]
    public void Commands_know_the_protocols_of_actors_but_no_actor() =>
        Findings.None("Rocket.Host.Commands may not use an actor's class", Uses(CompiledAssembly.Host, InCommands, IsActorClass));

    [Fact]
    public void Commands_themselves_know_no_http() =>
        Findings.None(
            "of Rocket.Host.Commands only Http and Terminal may use HTTP",
            Uses(
                CompiledAssembly.Host,
                type => InCommands(type) && !type.Name.IsIn($"{Commands}.Http") && !type.Name.IsIn($"{Commands}.Terminal"),
                used => used.IsIn("Microsoft.AspNetCore") || used.IsIn("System.Net.Http") || used.IsIn($"{Commands}.Http") || used.IsIn($"{Commands}.Terminal")));

    [Fact]
    public void The_command_line_knows_neither_akka_nor_a_node() =>
        Findings.None(
            "Rocket.Host.Commands.Terminal may use neither Akka nor Rocket.Actors",
            Uses(CompiledAssembly.Host, type => type.Name.IsIn($"{Commands}.Terminal"), used => used.IsOfAkka || used.Assembly == "Rocket.Actors"));

    private static bool InStorage(CompiledType type) => type.Name.IsIn(Storage);

    private static bool InGateway(CompiledType type) => type.Name.IsIn(Gateway);

    private static bool InCommands(CompiledType type) => type.Name.IsIn(Commands);

    private static bool IsState(CompiledType type) => type.Name.Name.EndsWith("State", StringComparison.Ordinal);

    private static bool IsActorClass(TypeName used) => used.Assembly == "Rocket.Actors" && used.Name.EndsWith("Actor", StringComparison.Ordinal);

    /// <summary>"user uses used" for each pair; a rule about types of which there are none is a rule that checks nothing, and fails.</summary>
    private static List<string> Uses(CompiledAssembly assembly, Func<CompiledType, bool> users, Func<TypeName, bool> used)
    {
        var ruled = assembly.Types.Where(users).ToList();
        Assert.NotEmpty(ruled);
        return [.. ruled.SelectMany(type => type.References.Where(used).Select(reference => $"{type} uses {reference}"))];
    }
}
