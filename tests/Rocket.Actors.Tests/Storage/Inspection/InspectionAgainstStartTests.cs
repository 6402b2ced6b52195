using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Xunit;

namespace Rocket.Actors.Tests.Storage.Inspection;

/// <summary>
/// Random damage, then an inspection, then a start: what a start refuses, cuts or builds anew, and what a reader then meets, must have been
/// named before; and damage must not be named where a start and readers find none.
/// </summary>
public sealed class InspectionAgainstStartTests
{
    private const int Seeds = 300;

    [Fact]
    public void Whatever_a_start_or_a_reader_meets_was_named_before()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            using var scenario = new LogScenario(InspectedScenario.SmallSegments);
            Write(scenario, random);
            var whole = scenario.Log.Watermarks.AppendedOffset;
            scenario.Close();
            var damages = Enumerable.Range(0, random.Next(3)).Select(_ => Damage(scenario, random)).ToArray();
            var about = $"seed {seed}: {string.Join(", ", damages)}";

            var (_, tally) = scenario.Inspect();
            var named = $"{about}\n{string.Join('\n', tally.Findings)}";
            var isDamaged = tally.Count(FindingSeverity.Damage) > 0;
            try
            {
                scenario.Reopen();
            }
            catch (DamagedLogException refused)
            {
                Assert.True(isDamaged, $"{named}\nrefused: {refused.Message}");
                continue;
            }

            var report = scenario.Report.Where(line => !line.StartsWith("read ", StringComparison.Ordinal)).ToArray();
            Assert.True(report.Length == 0 || tally.Findings.Count > 0, $"{named}\nreported: {string.Join('\n', report)}");
            Assert.True(scenario.Log.Watermarks.AppendedOffset == whole || tally.Findings.Count > 0, $"{named}\nends at {scenario.Log.Watermarks.AppendedOffset} of {whole}");
            var met = MeetDamage(scenario);
            Assert.True(met is null || isDamaged, $"{named}\nmet: {met}");
            Assert.True(met is not null || !isDamaged, $"{named}\nbut a reader meets nothing");
        }
    }

    private static void Write(LogScenario scenario, Random random)
    {
        InspectedScenario.Append(scenario, random.Next(1, 120));
        if (random.Next(4) > 0)
        {
            scenario.Log.Checkpoint(cleanStop: random.Next(2) == 0);
        }

        if (random.Next(3) == 0)
        {
            scenario.Log.DropSegments(segment => segment.First.Offset < 30);
        }

        if (random.Next(2) == 0)
        {
            InspectedScenario.Append(scenario, random.Next(1, 60));
        }
    }

    private static string Damage(LogScenario scenario, Random random)
    {
        var files = scenario.Files;
        var name = files[random.Next(files.Length)];
        var path = scenario.FileOf(name);
        var bytes = File.ReadAllBytes(path);
        var place = random.Next(bytes.Length + 1);
        switch (random.Next(6))
        {
            case 0:
                File.Delete(path);
                return $"{name} deleted";
            case 1:
                File.WriteAllBytes(path, bytes[..place]);
                return $"{name} cut at {place}";
            case 2 when bytes.Length > 0:
                place = Math.Min(place, bytes.Length - 1);
                bytes[place] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bytes);
                return $"{name} flipped at {place}";
            case 3:
                bytes.AsSpan(place, Math.Min(bytes.Length - place, random.Next(400))).Clear();
                File.WriteAllBytes(path, bytes);
                return $"{name} zeroed at {place}";
            case 4:
                var other = files[random.Next(files.Length)];
                File.WriteAllBytes(path, File.ReadAllBytes(scenario.FileOf(other)));
                return $"{other} copied over {name}";
            default:
                File.WriteAllBytes(path, [.. bytes, .. new byte[random.Next(1, 300)]]);
                return $"{name} lengthened";
        }
    }

    /// <summary>Reads everything in every way; null when nothing is wrong.</summary>
    private static string? MeetDamage(LogScenario scenario)
    {
        try
        {
            var (first, end) = (scenario.Log.Watermarks.MinimumOffset, scenario.Log.Watermarks.AppendedOffset);
            scenario.ExpectAll(first, end);
            using (var scanner = scenario.Reader.Scan(scenario.Log.Watermarks.MinimumPosition))
            {
                foreach (var record in scanner)
                {
                    Assert.Equal(TestRecord.OffsetOf(record.Payload.Span), record.Offset);
                }
            }

            var found = new long[2];
            for (var offset = first; offset < end; offset++)
            {
                if (scenario.Reader.FindByKey((ulong)(1000 + offset), 0, long.MaxValue, found) != 1 || found[0] != offset)
                {
                    return $"the key of offset {offset} is not found";
                }
            }

            for (var key = 0; key < 10; key++)
            {
                var expected = Enumerable.Range((int)first, (int)(end - first)).Count(offset => offset % 10 == key);
                if (scenario.Reader.FindByKey((ulong)key, 0, long.MaxValue, new long[200]) != expected)
                {
                    return $"key {key} is not found {expected} times";
                }
            }

            return null;
        }
        catch (Exception damage) when (damage is DamagedRecordException or Xunit.Sdk.XunitException)
        {
            return damage.Message;
        }
    }
}
