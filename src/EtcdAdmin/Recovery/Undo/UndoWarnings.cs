using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>What an operator should know before a restore is undone.</summary>
internal static class UndoWarnings
{
    // As for a restore: enough for a week at 1,500 writes a second.
    private const long Margin = 1_000_000_000;

    /// <summary>For one restore.</summary>
    public static IEnumerable<string> Of(EtcdCluster cluster, RestoreRecord record, RestoreSpecs specs, RestoreBefore now, UndoRequest request)
    {
        yield return $"What was written to cluster '{cluster.Name}' since restore {record.Id} is not in the old data, so the cluster loses it. "
            + "It is kept only in the present data, which is moved aside.";
        if (request.RevisionBump == 0) yield return Back(cluster, record, now);
        if (record.Before.Authentication == true)
            yield return "Authentication was enabled before the restore: clients log in with the users and passwords of that time.";
        if (record.Before.Authentication == false && cluster.Credential is not null)
            yield return "Authentication was not enabled before the restore: after the undo every client that reaches the cluster can read and "
                + "change all keys, until you enable authentication.";
        if (specs.Others.Count > 0)
            yield return $"Members {string.Join(", ", specs.Others.Select(member => member.Name))} did not belong to the cluster before the restore "
                + "and leave it. Their data, configuration and keys are kept.";
    }

    private static string Back(EtcdCluster cluster, RestoreRecord record, RestoreBefore now)
    {
        string from = now.Revision is { } present ? Number(present) : "the present revision";
        string to = record.Before.Revision is { } before ? $"about {Number(before)}" : "the revision before the restore";
        string bump = now.Revision is { } highest ? Number(Math.Max(0, highest - (record.Before.Revision ?? 0)) + Margin) : "<number>";
        return $"Revisions go back from {from} to {to}: restart clients that watch or cache keys afterwards. "
            + $"To raise revisions instead, run Undo-EtcdRestore {cluster.Name} {record.Id} -RevisionBump {bump}: that restores the kept database "
            + "to all members, with a new cluster id.";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
