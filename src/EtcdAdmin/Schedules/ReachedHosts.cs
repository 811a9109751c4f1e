using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules;

/// <summary>Hosts that answered, and what is said of the others.</summary>
/// <typeparam name="T">The answer.</typeparam>
internal sealed class ReachedHosts<T>
{
    private readonly List<(SchedulePlaces Places, T Answer)> _answers = [];
    private readonly List<string> _warnings = [];

    /// <summary>In the order of the hosts.</summary>
    public IReadOnlyList<(SchedulePlaces Places, T Answer)> Answers => _answers;

    /// <summary>One for each host that is left as it is.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Asks all hosts at once.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="force">Leaves those out that cannot be managed.</param>
    /// <param name="ask">The question.</param>
    /// <exception cref="EtcdException">A host cannot be managed, and is not to be left out.</exception>
    /// <exception cref="AggregateException">Several cannot.</exception>
    public async Task AskAsync(IReadOnlyList<SchedulePlaces> hosts, bool force, Func<SchedulePlaces, Task<T>> ask)
    {
        (T? Answer, EtcdException? Error)[] all = await Task.WhenAll(hosts.Select(TryAsync)).ConfigureAwait(false);
        EtcdException[] errors = [.. all.Select(one => one.Error).OfType<EtcdException>()];
        if (errors.Length > 0 && (!force || errors.Length == hosts.Count)) throw errors is [var only] ? only : new AggregateException(errors);
        foreach ((SchedulePlaces places, (T? answer, EtcdException? error)) in hosts.Zip(all))
        {
            if (error is null) _answers.Add((places, answer!)); // one of them is there
            else _warnings.Add($"{places.Member.HostName} is left as it is, because it cannot be managed now: {error.Message}");
        }

        async Task<(T?, EtcdException?)> TryAsync(SchedulePlaces places)
        {
            try
            {
                return (await ask(places).ConfigureAwait(false), null);
            }
            catch (EtcdException e)
            {
                return (default, e);
            }
        }
    }
}
