using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules;

/// <summary>The answers of the hosts, and a warning for each host that did not answer.</summary>
/// <typeparam name="T">The type of the answer.</typeparam>
internal sealed class ReachedHosts<T>
{
    private readonly List<(MemberPlaces Places, T Answer)> _answers = [];
    private readonly List<string> _warnings = [];

    /// <summary>The answers in the order of the hosts.</summary>
    public IReadOnlyList<(MemberPlaces Places, T Answer)> Answers => _answers;

    /// <summary>A warning for each host that is left unchanged.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Asks all hosts at once.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="force">Skips hosts that cannot be managed.</param>
    /// <param name="ask">The question.</param>
    /// <exception cref="EtcdException">A host cannot be managed, and <paramref name="force"/> is not set.</exception>
    /// <exception cref="AggregateException">Several hosts cannot be managed.</exception>
    public async Task AskAsync(IReadOnlyList<MemberPlaces> hosts, bool force, Func<MemberPlaces, Task<T>> ask)
    {
        (T? Answer, EtcdException? Error)[] all = await Task.WhenAll(hosts.Select(TryAsync)).ConfigureAwait(false);
        EtcdException[] errors = [.. all.Select(one => one.Error).OfType<EtcdException>()];
        if (errors.Length > 0 && (!force || errors.Length == hosts.Count)) throw errors is [var only] ? only : new AggregateException(errors);
        foreach ((MemberPlaces places, (T? answer, EtcdException? error)) in hosts.Zip(all))
        {
            if (error is null) _answers.Add((places, answer!)); // without an error there is an answer
            else _warnings.Add(
                $"{places.Member.HostName} is left unchanged because it cannot be managed now: {error.Message} Run the command again when it can "
                    + "be.");
        }

        async Task<(T?, EtcdException?)> TryAsync(MemberPlaces places)
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
