namespace Rocket.Actors.Storage.Inspection;

/// <summary>What an inspection has come upon so far. One thread.</summary>
/// <param name="progress">Told, now and then, how many bytes of records have been read.</param>
public sealed class InspectionTally(Action<long>? progress = null)
{
    private const long ProgressEvery = 8 * 1024 * 1024;

    private readonly List<Finding> _findings = [];
    private long _nextProgress = ProgressEvery;

    /// <summary>In the order in which they were met.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Logs with files.</summary>
    public long Logs { get; private set; }

    /// <summary>Records whose checksum is right and that stand where they were written for.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes of these records, headers included.</summary>
    public long Bytes { get; private set; }

    /// <summary>Findings of a severity.</summary>
    public int Count(FindingSeverity severity) => _findings.Count(finding => finding.Severity == severity);

    public void Add(FindingSeverity severity, string file, string problem, string remedy) => _findings.Add(new Finding(severity, file, problem, remedy));

    internal void AddLog() => Logs++;

    internal void AddRecord(long bytes)
    {
        Records++;
        Bytes += bytes;
        if (Bytes >= _nextProgress)
        {
            _nextProgress = Bytes + ProgressEvery;
            progress?.Invoke(Bytes);
        }
    }
}
