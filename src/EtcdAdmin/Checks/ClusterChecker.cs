using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Checks.Rules;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Checks;

/// <summary>Makes all checks of a cluster.</summary>
/// <param name="context">The environment.</param>
public sealed class ClusterChecker(AdminContext context)
{
    /// <summary>Checks a cluster: the facts are read once, all at the same time, then judged. It changes nothing.</summary>
    /// <param name="cluster">Any cluster, managed or not. What cannot be read is a result, not an error.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the checks.</param>
    /// <returns>The results, in the order of the checks.</returns>
    public async Task<IReadOnlyList<EtcdCheck>> CheckAsync(EtcdCluster cluster, CheckOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(options);
        CheckFacts facts = await new CheckFactReader(context, cluster, options, cancellationToken).ReadAsync().ConfigureAwait(false);
        IReadOnlyList<EtcdCheck> results = CheckRules.Check(facts);
        return options.Includes is { } includes ? [.. results.Where(result => includes(result.Check))] : results;
    }
}
