using System.Text.Json;

namespace Rocket.Host.Commands;

/// <summary>What was given for a command's arguments, checked against its description.</summary>
internal sealed class CommandArguments
{
    /// <summary>Name of the argument that stands for --yes; every command with a question takes it.</summary>
    public const string Yes = "yes";

    private const int LongestValue = 1024;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _switches = new(StringComparer.Ordinal);

    private CommandArguments()
    {
    }

    /// <summary>Whether a person has answered the command's question.</summary>
    public bool IsConfirmed => _switches.Contains(Yes);

    /// <summary>Takes the JSON object of a request; null stands for an empty one.</summary>
    /// <exception cref="CommandException">Something in it is not what the command takes.</exception>
    public static CommandArguments Of(CommandDescription command, JsonElement? given)
    {
        var arguments = new CommandArguments();
        if (given is { } json)
        {
            if (json.ValueKind != JsonValueKind.Object)
            {
                throw CommandException.WrongWords("the arguments are a JSON object, such as {\"topic\":\"MyTopic\"}");
            }

            foreach (var property in json.EnumerateObject())
            {
                arguments.Take(command, property);
            }
        }

        if (command.Arguments.FirstOrDefault(argument => argument.IsRequired && !arguments._texts.ContainsKey(argument.Name)) is { } missing)
        {
            throw CommandException.WrongWords($"{command.FullName} wants {missing.Value}: {missing.Help}");
        }

        return arguments;
    }

    /// <summary>The value of a required argument.</summary>
    public string Required(string name) => _texts[name];

    /// <summary>The value of another argument; null: not given.</summary>
    public string? Text(string name) => _texts.GetValueOrDefault(name);

    /// <summary>Whether a switch is given.</summary>
    public bool Has(string name) => _switches.Contains(name);

    private void Take(CommandDescription command, JsonProperty property)
    {
        if (property.NameEquals(Yes) && command.Question is not null)
        {
            TakeSwitch(property);
            return;
        }

        var argument = command.Arguments.FirstOrDefault(argument => property.NameEquals(argument.Name))
            ?? throw CommandException.WrongWords($"{command.FullName} takes no argument {Shown(property.Name)}; usage: {command.Usage}");
        if (argument.Kind == ArgumentKind.Switch)
        {
            TakeSwitch(property);
        }
        else
        {
            TakeText(property);
        }
    }

    private void TakeSwitch(JsonProperty property)
    {
        switch (property.Value.ValueKind)
        {
            case JsonValueKind.True:
                _switches.Add(property.Name);
                break;
            case JsonValueKind.False:
                break;
            default:
                throw CommandException.WrongWords($"{property.Name} is true or false");
        }
    }

    private void TakeText(JsonProperty property)
    {
        if (property.Value.ValueKind != JsonValueKind.String || property.Value.GetString() is not { Length: > 0 and <= LongestValue } text)
        {
            throw CommandException.WrongWords($"{property.Name} is a text of 1 to {LongestValue} characters");
        }

        _texts[property.Name] = text;
    }

    private static string Shown(string name) => name.Length <= 50 ? name : name[..50] + "…";
}
