namespace EtcdAdmin.Bench.Measuring;

/// <summary>One run.</summary>
/// <param name="Elapsed">From the call, or the start of the process, to its end.</param>
internal sealed record Sample(TimeSpan Elapsed)
{
    /// <summary>The largest resident set of the process; 0 where it was not measured.</summary>
    public long PeakBytes { get; init; }

    /// <summary>Until the first result was there; zero where it was not measured.</summary>
    public TimeSpan First { get; init; }

    /// <summary>The longest time in which a cluster served nobody; zero where it was not measured.</summary>
    public TimeSpan Outage { get; init; }
}
