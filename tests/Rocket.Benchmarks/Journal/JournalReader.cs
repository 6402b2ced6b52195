using System.Text;
using Rocket.Benchmarks.CommandLine;

namespace Rocket.Benchmarks.Journal;

/// <summary>Reads a whole journal.</summary>
internal static class JournalReader
{
    /// <exception cref="UsageException">No journal, or not of this kind.</exception>
    public static JournalContents Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"there is no journal {path}");
        }

        using var file = new BufferedStream(File.OpenRead(path), 1 << 20);
        return Read(file);
    }

    internal static JournalContents Read(Stream file)
    {
        Dictionary<JournalQueue, List<ConfirmedSend>> queues = [];
        Dictionary<int, List<ConfirmedSend>> ofRun = [];
        string? topic = null;
        var runs = 0;
        long whole = 0;
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        try
        {
            while (file.ReadByte() is >= 0 and var kind)
            {
                switch ((byte)kind)
                {
                    case JournalFormat.Run:
                        runs = reader.ReadInt32();
                        topic = reader.ReadString();
                        ofRun = [];
                        break;
                    case JournalFormat.Queue:
                        var index = reader.ReadInt32();
                        JournalQueue queue = new(reader.ReadString(), reader.ReadInt32());
                        ofRun[index] = queues.TryGetValue(queue, out var known) ? known : queues[queue] = [];
                        break;
                    case JournalFormat.Send:
                        var producer = reader.ReadInt32();
                        var sends = ofRun[reader.ReadInt32()];
                        sends.Add(new ConfirmedSend(producer, reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64()));
                        break;
                    default:
                        throw new UsageException($"byte {whole} of the journal begins no record: this is not a journal of load");
                }

                whole = file.Position;
            }
        }
        catch (EndOfStreamException)
        {
            // Cut inside a record: what is whole counts.
        }

        return new JournalContents(topic, runs, queues, whole);
    }
}
