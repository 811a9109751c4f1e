using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Checks.Facts;

/// <summary>A fact, or the reason why it is not known: one that could not be read must not hide the others.</summary>
/// <typeparam name="T">The type of the fact.</typeparam>
/// <param name="Value">The fact; null if it is not known.</param>
/// <param name="Why">Why it is not known, as a sentence; null if it is known.</param>
internal sealed record Fact<T>(T? Value, string? Why)
    where T : class
{
    /// <summary>Whether it cannot exist for this cluster, so that nobody needs to look.</summary>
    public bool IsAbsent { get; private init; }

    /// <summary>A fact that cannot exist for this cluster.</summary>
    /// <param name="why">The reason, as a sentence.</param>
    public static Fact<T> Absent(string why) => new(null, why) { IsAbsent = true };

    /// <summary>Reads a fact within a time limit.</summary>
    /// <param name="read">Reads it.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<Fact<T>> ReadAsync(
        Func<CancellationToken, Task<T>> read, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return new Fact<T>(await TimeLimit.WithinAsync(read, limit, clock, cancellationToken).ConfigureAwait(false), null);
        }
        catch (TimeoutException)
        {
            return new Fact<T>(
                null, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"There was no answer within {limit.TotalSeconds:0.#} s."));
        }
        catch (EtcdException e) when (e.ErrorId is EtcdErrorIds.ClusterNotManaged or EtcdErrorIds.MemberNotConverted or EtcdErrorIds.NotSupported)
        {
            return Absent(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new Fact<T>(null, e.Message); // whatever failed, the other facts count
        }
    }
}
