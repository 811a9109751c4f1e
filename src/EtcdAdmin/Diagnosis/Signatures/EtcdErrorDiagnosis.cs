namespace EtcdAdmin.Diagnosis.Signatures;

/// <summary>A known error that was found, with its meaning and what to do.</summary>
public sealed record EtcdErrorDiagnosis
{
    /// <summary>The name of the known error; the id of an error of EtcdAdmin itself.</summary>
    public required string Signature { get; init; }

    /// <summary>What happened.</summary>
    public required string Meaning { get; init; }

    /// <summary>The usual reason; null if the meaning says it.</summary>
    public string? Cause { get; init; }

    /// <summary>The EtcdAdmin command that deals with it, in a sentence; null if there is none.</summary>
    public string? Command { get; init; }

    /// <summary>The versions of etcd that write it.</summary>
    public string? Versions { get; init; }

    /// <summary>Where the text comes from: a file of etcd, a library, or an issue.</summary>
    public string? Source { get; init; }

    /// <summary>How often it was found.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The last line or message with it, without control characters.</summary>
    public required string Line { get; init; }

    /// <summary>The number of that line in its file or in the pipeline; null for an error.</summary>
    public int? LineNumber { get; init; }

    /// <summary>When it was first logged; null if the lines do not say it.</summary>
    public DateTimeOffset? FirstTime { get; init; }

    /// <summary>When it was last logged.</summary>
    public DateTimeOffset? LastTime { get; init; }

    /// <summary>The log file; null for lines and errors.</summary>
    public string? Path { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Signature}: {Meaning}";
}
