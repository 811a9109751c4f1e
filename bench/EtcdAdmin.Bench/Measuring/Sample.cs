namespace EtcdAdmin.Bench.Measuring;

/// <summary>One run.</summary>
/// <param name="Elapsed">From the call, or the start of the process, to its end.</param>
internal sealed record Sample(TimeSpan Elapsed)
{
    /// <summary>The largest resident set of the process; 0 if it was not measured.</summary>
    public long PeakBytes { get; init; }

    /// <summary>The processor time of all threads; zero if it was not measured.</summary>
    public TimeSpan Processor { get; init; }

    /// <summary>The time to the first result; zero if it was not measured.</summary>
    public TimeSpan First { get; init; }

    /// <summary>The size of what was written; 0 if it was not measured.</summary>
    public long Bytes { get; init; }

    /// <summary>The longest time without service; zero if it was not measured.</summary>
    public TimeSpan Outage { get; init; }
}
