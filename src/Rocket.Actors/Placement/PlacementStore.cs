using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Placement;

/// <summary>
/// This voter's acceptors on disk, one file a broker, how often the voter was started, and what it remembers of the others. Everything is
/// durable when a call returns. One thread at a time.
/// <code>
///  placement/
///    broker-a     ballots promised and accepted, the broker's name, the value accepted last
///    @doubtful    brokers whose copies here may lack what this node held; none: the file is empty or missing
///    @voted-out   the voter that is gone by a person's word; empty: none
///    @voter       the start counter, whether it votes, what it remembers of the other voters (VoterRecordLayout)
/// </code>
/// A broker's file has its name, escaped as in a URL where a file name could not hold it.
/// </summary>
public sealed class PlacementStore
{
    internal const string VoterFile = "@voter";
    internal const string VotedOutFile = "@voted-out";
    internal const string DoubtfulFile = "@doubtful";
    private const int RegisterKind = 1;
    private const int VoterKind = 2;
    private const int VoterFormat = 2;
    private const int VotedOutKind = 6;
    private const int DoubtfulKind = 7;
    private readonly IStorageDirectory _directory;
    private readonly ArrayBufferWriter<byte> _content = new();

    private PlacementStore(IStorageDirectory directory, VoterRecord record)
    {
        _directory = directory;
        Record = record;
        VotedOut = ReadVotedOut(directory);
        Doubtful = ReadDoubtful(directory);
        (StartCounter, Incarnation) = (record.Starts, record.Start.Incarnation);
    }

    /// <summary>How often this voter was started on this folder, this time included.</summary>
    public long StartCounter { get; }

    /// <summary>The random number that it drew at this start.</summary>
    public long Incarnation { get; }

    /// <summary>What this voter knows of itself and of the others.</summary>
    public VoterRecord Record { get; private set; }

    /// <summary>The voter for which a person has voted since it is dead; null: none.</summary>
    public string? VotedOut { get; private set; }

    /// <summary>Brokers whose copies on this node may lack what the register says that it holds.</summary>
    public IReadOnlyCollection<string> Doubtful { get; private set; }

    /// <summary>Counts this start, durably, and opens the store.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="draw">Draws the number of this start; null: by the system's random numbers.</param>
    /// <exception cref="DamagedPlacementException">The voter's record is damaged, or missing beside registers.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static PlacementStore Open(IStorageDirectory directory, Func<long>? draw = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var files = directory.ListFiles();
        foreach (var unfinished in files.Where(name => name.EndsWith(PlacementFile.UnfinishedSuffix, StringComparison.Ordinal)))
        {
            directory.Delete(unfinished);
        }

        if (!files.Contains(VoterFile) && files.Any(IsRegister))
        {
            throw new DamagedPlacementException(Path.Combine(directory.Path, VoterFile), "it is missing, but registers are there");
        }

        var started = ReadRecord(directory).Started((draw ?? DrawIncarnation)());
        var store = new PlacementStore(directory, started);
        store.WriteRecord(started);
        return store;
    }

    /// <summary>A random number for one start.</summary>
    public static long DrawIncarnation() => BinaryPrimitives.ReadInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>Brokers with a register here, damaged ones included.</summary>
    public IReadOnlyList<string> Brokers() => [.. _directory.ListFiles().Where(IsRegister).Select(Uri.UnescapeDataString)];

    /// <summary>What this voter has promised and accepted for a broker; empty when it never did.</summary>
    /// <exception cref="DamagedPlacementException">The file is empty, torn, not ours or another broker's.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    public AcceptorState Read(string broker) => ReadRegister(_directory, broker);

    /// <summary>Makes a broker's state durable.</summary>
    /// <exception cref="IOException">The disk refused: the state before, or this one, is there. It must not be answered for.</exception>
    public void Write(string broker, AcceptorState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _content.ResetWrittenCount();
        PlacementLayout.WriteInt64(_content, state.Promised.Value);
        PlacementLayout.WriteInt64(_content, state.AcceptedBallot.Value);
        PlacementLayout.WriteString(_content, broker);
        PlacementLayout.Write(_content, state.Value);
        PlacementFile.Replace(_directory, FileOf(broker), RegisterKind, _content.WrittenSpan);
    }

    /// <summary>Reads a register without opening the store, which would count as a start.</summary>
    /// <exception cref="DamagedPlacementException">The file is empty, torn, not ours or another broker's.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static AcceptorState ReadRegister(IStorageDirectory directory, string broker)
    {
        var name = FileOf(broker);
        var stored = PlacementFile.Read(directory, name, RegisterKind);
        if (stored is null)
        {
            return AcceptorState.Empty;
        }

        var path = Path.Combine(directory.Path, name);
        try
        {
            ReadOnlySpan<byte> left = stored;
            var promised = new Ballot(PlacementLayout.ReadInt64(ref left));
            var accepted = new Ballot(PlacementLayout.ReadInt64(ref left));
            var owner = PlacementLayout.ReadString(ref left);
            var value = PlacementLayout.Read(ref left);
            if (owner != broker)
            {
                throw new DamagedPlacementException(path, $"it belongs to broker {owner}");
            }

            return left.IsEmpty ? new AcceptorState(promised, accepted, value) : throw new FormatException($"{left.Length} bytes follow the placement");
        }
        catch (FormatException damaged)
        {
            throw new DamagedPlacementException(path, damaged.Message);
        }
    }

    /// <summary>Makes the record durable.</summary>
    /// <exception cref="IOException">The disk refused: the record before, or this one, is there.</exception>
    public void WriteRecord(VoterRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        _content.ResetWrittenCount();
        VoterRecordLayout.Write(_content, record);
        PlacementFile.Replace(_directory, VoterFile, VoterKind, _content.WrittenSpan, VoterFormat);
        Record = record;
    }

    /// <summary>Makes a person's word durable.</summary>
    /// <param name="voter">Name of the voter that is gone; null: none is.</param>
    /// <exception cref="IOException">The disk refused: the word before, or this one, is there.</exception>
    public void WriteVotedOut(string? voter)
    {
        _content.ResetWrittenCount();
        PlacementLayout.WriteString(_content, voter ?? "");
        PlacementFile.Replace(_directory, VotedOutFile, VotedOutKind, _content.WrittenSpan);
        VotedOut = voter;
    }

    /// <summary>The voter that is gone by a person's word, without opening the store; null: none.</summary>
    /// <exception cref="DamagedPlacementException">The file is empty, torn or not ours.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static string? ReadVotedOut(IStorageDirectory directory)
    {
        if (PlacementFile.Read(directory, VotedOutFile, VotedOutKind) is not { } stored)
        {
            return null;
        }

        try
        {
            ReadOnlySpan<byte> left = stored;
            var voter = PlacementLayout.ReadString(ref left);
            return voter is { Length: > 0 } ? voter : null;
        }
        catch (FormatException damaged)
        {
            throw new DamagedPlacementException(Path.Combine(directory.Path, VotedOutFile), damaged.Message);
        }
    }

    /// <summary>Makes durable which copies are doubtful.</summary>
    /// <param name="brokers">The brokers.</param>
    /// <exception cref="IOException">The disk refused: those before, or these, are there.</exception>
    public void WriteDoubtful(params IEnumerable<string> brokers)
    {
        var next = brokers.ToImmutableSortedSet(StringComparer.Ordinal);
        if (next.SetEquals(Doubtful))
        {
            return;
        }

        _content.ResetWrittenCount();
        foreach (var broker in next)
        {
            PlacementLayout.WriteString(_content, broker);
        }

        PlacementFile.Replace(_directory, DoubtfulFile, DoubtfulKind, _content.WrittenSpan);
        Doubtful = next;
    }

    /// <summary>Brokers whose copies are doubtful, without opening the store.</summary>
    /// <exception cref="DamagedPlacementException">The file is empty, torn or not ours.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static IReadOnlyCollection<string> ReadDoubtful(IStorageDirectory directory)
    {
        var brokers = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        try
        {
            for (ReadOnlySpan<byte> left = PlacementFile.Read(directory, DoubtfulFile, DoubtfulKind); !left.IsEmpty;)
            {
                brokers.Add(PlacementLayout.ReadString(ref left) ?? throw new FormatException("a broker has no name"));
            }
        }
        catch (FormatException damaged)
        {
            throw new DamagedPlacementException(Path.Combine(directory.Path, DoubtfulFile), damaged.Message);
        }

        return brokers.ToImmutable();
    }

    /// <summary>The voter's record without opening the store, which would count as a start; an empty one without a file.</summary>
    /// <exception cref="DamagedPlacementException">The file is empty, torn or not ours.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote it.</exception>
    internal static VoterRecord ReadRecord(IStorageDirectory directory)
    {
        if (PlacementFile.Read(directory, VoterFile, VoterKind, VoterFormat) is not { } stored)
        {
            return VoterRecord.Empty;
        }

        try
        {
            return VoterRecordLayout.Read(stored);
        }
        catch (FormatException damaged)
        {
            throw new DamagedPlacementException(Path.Combine(directory.Path, VoterFile), $"it holds no voter's record: {damaged.Message}");
        }
    }

    /// <summary>The broker whose register is in a file of this name; null when none is.</summary>
    internal static string? BrokerOf(string file) =>
        IsRegister(file) && Uri.UnescapeDataString(file) is var broker && FileOf(broker) == file ? broker : null;

    private static bool IsRegister(string file) => !file.Contains('@', StringComparison.Ordinal);

    /// <summary>A file name that no two brokers share, that leads to no other folder, and that has no @.</summary>
    internal static string FileOf(string broker)
    {
        var escaped = Uri.EscapeDataString(broker);
        return escaped.Trim('.').Length == 0 ? escaped.Replace(".", "%2E", StringComparison.Ordinal) : escaped;
    }
}
