using System.Text;
using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Load;

namespace Rocket.Benchmarks.Journal;

/// <summary>Appends one run to a journal. Connections hand in whole blocks of records, from any thread.</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;

    private JournalWriter(FileStream file, int run)
    {
        _file = file;
        Run = run;
    }

    /// <summary>Number of this run in the journal, from 1.</summary>
    public int Run { get; }

    /// <summary>Opens or makes the journal; a record that was cut at its end is dropped.</summary>
    /// <exception cref="UsageException">It is of another topic, or no journal.</exception>
    public static JournalWriter Open(string path, string topic, IReadOnlyList<TargetQueue> queues)
    {
        var before = File.Exists(path) ? JournalReader.Read(path) : new JournalContents(null, 0, new Dictionary<JournalQueue, List<ConfirmedSend>>(), 0);
        if (before.Topic is { } other && other != topic)
        {
            throw new UsageException($"{path} is the journal of topic {other}, not of {topic}");
        }

        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.SetLength(before.WholeBytes);
        file.Position = before.WholeBytes;
        var journal = new JournalWriter(file, before.Runs + 1);
        using var head = new MemoryStream();
        using (var writer = new BinaryWriter(head, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(JournalFormat.Run);
            writer.Write(journal.Run);
            writer.Write(topic);
            foreach (var queue in queues)
            {
                writer.Write(JournalFormat.Queue);
                writer.Write(queue.Index);
                writer.Write(queue.BrokerName);
                writer.Write(queue.QueueId);
            }
        }

        journal.Append(head.ToArray());
        return journal;
    }

    /// <summary>Appends whole records; they are in the file, not only in this process, when it returns.</summary>
    public void Append(ReadOnlySpan<byte> records)
    {
        lock (_gate)
        {
            _file.Write(records);
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();
}
