using CsCheck;
using Rocket.Actors.Retention;
using Xunit;

namespace Rocket.Actors.Tests.Retention;

/// <summary>Any queues on any disk, against the rules in their plainest form.</summary>
public sealed class RetentionPropertyTests
{
    private static readonly Gen<QueueModel> Queue = Gen.Select(
        Gen.Select(Gen.Double[0.5, 150], Gen.Long[1, 60]).Array[0, 6], Gen.Int[-1, 6], Gen.Int[0, RetentionScenario.Messages - 1],
        (segments, consumed, more) => new QueueModel([.. segments.OrderByDescending(segment => segment.Item1)], consumed, more));

    [Fact]
    public void A_pass_deletes_what_the_rules_say_and_nothing_else() =>
        Gen.Select(Queue.Array[0, 5], Gen.Long[0, 1000], Gen.Bool, Gen.Bool, Gen.Bool).Sample((queues, other, deletesUnread, isTime, isSmall) =>
        {
            var scenario = new RetentionScenario
            {
                Settings = RetentionSettings.Default with { DiskDeletesUnread = deletesUnread },
                OtherBytes = other,
            };
            for (var i = 0; i < queues.Length; i++)
            {
                queues[i] = queues[i].WithAgesOfItsOwn(i);
                queues[i].AddTo(scenario, $"q{i}");
            }

            var stored = queues.Sum(queue => queue.Segments.Sum(segment => segment.Bytes));
            scenario.DiskBytes = Math.Max(1, other + stored) + (isSmall ? 50 : 500);
            var now = isTime ? RetentionScenario.Four : RetentionScenario.Three;

            var expected = Expected(queues, scenario.DiskBytes.Value, other + stored, deletesUnread, isTime);
            Assert.Equal(expected, scenario.Gone(now));
        });

    private static List<string> Expected(QueueModel[] queues, long disk, long used, bool deletesUnread, bool isTime)
    {
        List<string> gone = [];
        var next = new int[queues.Length];
        var expiry = isTime ? 72 : 73; // ages are told as of four o'clock
        if (isTime || Full(75))
        {
            Delete(() => true, i => queues[i].Segments[next[i]].AgeHours > expiry);
        }

        Delete(() => Full(85), i => deletesUnread || queues[i].IsConsumed(next[i]));
        return gone;

        bool Full(int percent) => used * 100 >= disk * percent;

        void Delete(Func<bool> goesOn, Func<int, bool> mayGo)
        {
            while (goesOn())
            {
                var candidates = Enumerable.Range(0, queues.Length).Where(i => next[i] < queues[i].Segments.Length && mayGo(i)).ToList();
                if (candidates.Count == 0)
                {
                    return;
                }

                var oldest = candidates.MaxBy(i => queues[i].Segments[next[i]].AgeHours);
                gone.Add($"q{oldest}@0/{next[oldest]}");
                used -= queues[oldest].Segments[next[oldest]].Bytes;
                next[oldest]++;
            }
        }
    }

    private sealed record QueueModel((double AgeHours, long Bytes)[] Segments, int ConsumedSegments, int More)
    {
        public bool IsConsumed(int segment) => segment < ConsumedSegments;

        /// <summary>Which of two segments of the same age goes first is nobody's concern.</summary>
        public QueueModel WithAgesOfItsOwn(int queue) =>
            this with { Segments = [.. Segments.Select((segment, i) => (Math.Floor(segment.AgeHours) + ((queue + 1) * 0.01) - (i * 0.001), segment.Bytes))] };

        public void AddTo(RetentionScenario scenario, string name)
        {
            foreach (var (age, bytes) in Segments)
            {
                scenario.Segment(name, age, bytes);
            }

            if (ConsumedSegments >= 0)
            {
                scenario.Consumed(name, ConsumedSegments, More);
            }
        }
    }
}
