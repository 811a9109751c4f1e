using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules;

/// <summary>Whether hosts can copy to a store, before they are told to.</summary>
internal static class StoreReach
{
    /// <summary>Asks a host; it writes nothing.</summary>
    /// <returns>Why it cannot; null where it can.</returns>
    /// <exception cref="EtcdException">The host cannot be managed.</exception>
    public static async Task<EtcdException?> ProblemAsync(AdminContext context, SchedulePlaces places, ScheduleStore store, CancellationToken cancellationToken)
    {
        string host = places.Member.HostName;
        ScheduleFacts facts = await ScheduleFacts.ReachAsync(context, places, store, cancellationToken).ConfigureAwait(false);
        if (facts["lacks"] is { } lacking)
        {
            return new EtcdException(EtcdErrorIds.HostNotSupported, $"{host} cannot copy snapshots to {store}: {lacking}.")
            {
                Target = host,
                NextStep = "Install what is missing there (a curl of any age will do), or register without -S3Destination and let another machine copy (Copy-EtcdSnapshot).",
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
                ? "See whether the keys are right (-S3Credential), may list, read and write there, and that the clock of the host agrees with the store's."
                : "See whether the bucket is there, and whether the host reaches it (-S3Endpoint, -S3Region, its name servers, its authorities).",
        };
    }
}
