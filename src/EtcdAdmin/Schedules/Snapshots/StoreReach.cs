using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>Checks whether hosts can copy to a store, before they are configured.</summary>
internal static class StoreReach
{
    /// <summary>Checks whether a host can reach a store; the comment at its top describes its arguments.</summary>
    public static string Reach => ShellScript.Of(typeof(StoreReach), "reach-store");

    /// <summary>Asks a host; it writes nothing.</summary>
    /// <returns>Why it cannot; null if it can.</returns>
    /// <exception cref="EtcdException">The host cannot be managed.</exception>
    public static async Task<EtcdException?> ProblemAsync(
        AdminContext context, MemberPlaces places, ScheduleStore store, CancellationToken cancellationToken)
    {
        string host = places.Member.HostName;
        ScheduleFacts facts = await ReachAsync(context, places, store, cancellationToken).ConfigureAwait(false);
        if (facts["lacks"] is { } lacking)
        {
            return new EtcdException(EtcdErrorIds.HostNotSupported, $"{host} cannot copy snapshots to {store}: {lacking}.")
            {
                Target = host,
                NextStep = "Install what is missing there (any version of curl), or register without -S3Destination and copy from another machine "
                    + "(Copy-EtcdSnapshot).",
            };
        }

        if (facts["store"] is not { } answer) return null;
        bool refused = facts["status"] is "401" or "403";
        return new EtcdException(
            refused ? EtcdErrorIds.PermissionDenied : EtcdErrorIds.TransferFailed,
            $"{store} is not available for {host}: {answer.TrimEnd('.', ' ', ':')}.")
        {
            Target = store.Name,
            NextStep = refused
                ? "Check that the keys (-S3Credential) are right and allow listing, reading and writing there, "
                    + "and that the host's clock agrees with the store's."
                : "Check that the bucket exists, and that the host reaches it (-S3Endpoint, -S3Region, its name servers, "
                    + "its certificate authorities).",
        };
    }

    /// <summary>Asks a host whether it can reach a store; nothing is written there.</summary>
    /// <exception cref="EtcdException">The host cannot be managed.</exception>
    private static async Task<ScheduleFacts> ReachAsync(
        AdminContext context, MemberPlaces places, ScheduleStore store, CancellationToken cancellationToken)
    {
        using var keys = new MemoryStream(Encoding.UTF8.GetBytes(store.Keys));
        var script = new HostScript(Reach) { Arguments = [store.Url, store.Region], StandardInput = keys };
        return new ScheduleFacts(await context.HostOf(places.Member)
            .RunRequiredAsync($"check whether it reaches {store}", script, cancellationToken).ConfigureAwait(false));
    }
}
