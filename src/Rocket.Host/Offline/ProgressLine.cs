using System.Globalization;

namespace Rocket.Host.Offline;

/// <summary>One line of a terminal that says how far a long reading has come.</summary>
internal sealed class ProgressLine(TextWriter terminal, long total)
{
    private const long Mebibyte = 1024 * 1024;

    private int _width;

    public void Show(long done)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{done / Mebibyte} of {total / Mebibyte} MiB read");
        terminal.Write($"\r{line.PadRight(_width)}");
        _width = line.Length;
    }

    public void Clear()
    {
        if (_width > 0)
        {
            terminal.Write($"\r{new string(' ', _width)}\r");
        }
    }
}
