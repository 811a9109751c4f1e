using System.Globalization;

namespace EtcdAdmin.Bench.Measuring;

/// <summary>Runs contestants in turns, so that other work of the machine affects all of them.</summary>
/// <param name="title">Shown while it runs.</param>
internal sealed class Contest(string title)
{
    private readonly List<Contestant> _contestants = [];

    /// <summary>Adds a contestant. Contestants run in the order in which they were added.</summary>
    /// <param name="name">Shown while it runs.</param>
    /// <param name="runAsync">One run. A <see cref="BenchException"/> in the first run excludes it.</param>
    /// <param name="optional">False: the exception ends the program.</param>
    public Contestant Add(string name, Func<CancellationToken, Task<Sample>> runAsync, bool optional = false)
    {
        var contestant = new Contestant(name, runAsync, optional);
        _contestants.Add(contestant);
        return contestant;
    }

    /// <summary>One unmeasured run each, then the measured runs.</summary>
    public async Task RunAsync(int runs, CancellationToken cancellationToken)
    {
        foreach (Contestant contestant in _contestants) await contestant.WarmUpAsync(cancellationToken);
        for (int run = 1; run <= runs; run++)
        {
            foreach (Contestant contestant in _contestants.Where(contestant => contestant.Failure is null))
            {
                Sample sample = await contestant.RunAsync(cancellationToken);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{title}, run {run} of {runs}, {contestant.Name}: {sample.Elapsed.TotalMilliseconds:0.0} ms, {sample.PeakBytes / 1e6:0} MB"));
            }
        }
    }
}

/// <summary>One way to do a task, and the samples of its runs.</summary>
internal sealed class Contestant(string name, Func<CancellationToken, Task<Sample>> runAsync, bool optional)
{
    private readonly List<Sample> _samples = [];

    public string Name => name;

    /// <summary>Why it was not measured; null if it was.</summary>
    public string? Failure { get; private set; }

    public IReadOnlyList<Sample> Samples => _samples;

    public Spread Seconds => Of(sample => sample.Elapsed.TotalSeconds);

    public Spread Milliseconds => Of(sample => sample.Elapsed.TotalMilliseconds);

    public Spread ProcessorMilliseconds => Of(sample => sample.Processor.TotalMilliseconds);

    public Spread FirstMilliseconds => Of(sample => sample.First.TotalMilliseconds);

    public Spread OutageSeconds => Of(sample => sample.Outage.TotalSeconds);

    public Spread OutageMilliseconds => Of(sample => sample.Outage.TotalMilliseconds);

    public Spread FirstSeconds => Of(sample => sample.First.TotalSeconds);

    /// <summary>In 1,000,000 bytes.</summary>
    public Spread PeakMegabytes => Of(sample => sample.PeakBytes / 1e6);

    /// <summary>In 1,000,000 bytes.</summary>
    public Spread Megabytes => Of(sample => sample.Bytes / 1e6);

    /// <summary>Amount per second.</summary>
    public Spread Rate(double amount) => Of(sample => amount / sample.Elapsed.TotalSeconds);

    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await runAsync(cancellationToken);
        }
        catch (BenchException e) when (optional)
        {
            Failure = e.Message;
        }
    }

    public async Task<Sample> RunAsync(CancellationToken cancellationToken)
    {
        Sample sample = await runAsync(cancellationToken);
        _samples.Add(sample);
        return sample;
    }

    private Spread Of(Func<Sample, double> figure) => Spread.Of(_samples.Select(figure));
}
