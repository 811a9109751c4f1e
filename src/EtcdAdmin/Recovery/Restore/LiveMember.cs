using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What answers at a member's endpoint.</summary>
/// <param name="Endpoint">The endpoint asked.</param>
/// <param name="Name">The name of the member expected there; its address if it has no name.</param>
/// <param name="Answers">Whether there was an answer, including a refusal.</param>
/// <param name="Revision">Its revision; null if there was no answer, or only users may ask for it.</param>
internal sealed record LiveMember(Uri Endpoint, string Name, bool Answers, long? Revision)
{
    /// <summary>The id of its cluster; null if not reported.</summary>
    public ClusterId? ClusterId { get; init; }

    /// <summary>Whether it refused to answer without a user, which means that authentication is enabled.</summary>
    public bool AsksForUser { get; init; }

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Asks all members at once.</summary>
    public static Task<LiveMember[]> AskAsync(EtcdCluster cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        bool tls = cluster.Spec?.Tls ?? cluster.Tls is not null;
        var names = members.ToDictionary(member => member.ClientUrl(tls), member => member.Name);
        return Task.WhenAll(names.Keys.Union(cluster.Endpoints).Select(
            endpoint => AskAsync(cluster, endpoint, names.GetValueOrDefault(endpoint) ?? endpoint.Authority, cancellationToken)));
    }

    /// <summary>What the members report of the cluster, to compare with after an undo.</summary>
    public static async Task<RestoreBefore> DescribeAsync(EtcdCluster cluster, IReadOnlyList<LiveMember> live, CancellationToken cancellationToken)
    {
        LiveMember[] answered = [.. live.Where(member => member.Revision is not null)];
        if (answered.Length == 0) return new RestoreBefore { Authentication = live.Any(member => member.AsksForUser) ? true : null };
        ClusterId?[] ids = [.. answered.Select(member => member.ClusterId).Distinct()];
        bool? authentication = null;
        try
        {
            authentication =
                (await cluster.Client.ForEndpoint(answered[0].Endpoint)
                .WithCalls(Timeout, retry: false).Auth.StatusAsync(cancellationToken).ConfigureAwait(false)).Enabled;
        }
        catch (EtcdRpcException e) when (IsForWantOfUser(e))
        {
            authentication = true;
        }
        catch (EtcdRpcException)
        {
            // Members before 3.5 do not report it. The proof checks it in any case.
        }

        return new RestoreBefore
        {
            Revision = answered.Max(member => member.Revision),
            ClusterId = ids is [{ } only] ? only.ToString() : null,
            Authentication = authentication,
        };
    }

    private static async Task<LiveMember> AskAsync(EtcdCluster cluster, Uri endpoint, string name, CancellationToken cancellationToken)
    {
        try
        {
            MemberStatus status = await cluster.Client.ForEndpoint(endpoint).WithCalls(Timeout, retry: false)
                .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
            return new LiveMember(endpoint, name, Answers: true, status.Header.Revision) { ClusterId = status.Header.ClusterId };
        }
        catch (EtcdRpcException e)
        {
            return new LiveMember(endpoint, name, Answers: e.Error != EtcdError.None, Revision: null) { AsksForUser = IsForWantOfUser(e) };
        }
    }

    private static bool IsForWantOfUser(EtcdRpcException e) => e.Kind is EtcdErrorKind.PermissionDenied or EtcdErrorKind.Authentication;
}
