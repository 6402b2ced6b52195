using System.Globalization;
using Rocket.Actors.Retention;

namespace Rocket.Host.Configuration;

/// <summary>Reads what a broker deletes when; a broker's own section wins over <c>rocket.broker-defaults</c>.</summary>
internal sealed class RetentionSettingsReader(SettingsReader reader, Func<string, SettingPath> own, Func<string, SettingPath> inherited)
{
    private const int HoursOfDay = 24;

    public RetentionSettings Read() => new(
        ReadHours("delete-when"),
        reader.Duration(own("file-reserved-time"), "1 s", "3650 d", inherited("file-reserved-time")),
        ReadPercent("disk-max-used-space-ratio"),
        ReadPercent("disk-clean-forcibly-ratio"),
        ReadPercent("disk-refuse-writes-ratio"),
        reader.Switch(own("disk-deletes-unread"), inherited("disk-deletes-unread")),
        reader.Duration(own("retention-check-interval"), "100 ms", "1 h", inherited("retention-check-interval")));

    private int ReadPercent(string key) => reader.Number(own(key), 1, 100, inherited(key));

    private IReadOnlyList<int> ReadHours(string key)
    {
        var text = reader.Text(
            own(key),
            text => TryParse(text, out _) ? null : "wants hours of the day, 00 to 23, such as \"04\" or \"04;16\"",
            inherited(key));
        return TryParse(text, out var hours) ? hours : [];
    }

    private static bool TryParse(string? text, out IReadOnlyList<int> hours)
    {
        var parsed = new SortedSet<int>();
        hours = [];
        foreach (var part in (text ?? "").Split(';'))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) || hour >= HoursOfDay)
            {
                return false;
            }

            parsed.Add(hour);
        }

        hours = [.. parsed];
        return true;
    }
}
