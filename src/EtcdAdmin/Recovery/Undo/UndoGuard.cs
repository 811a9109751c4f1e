using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>Decides before the first step whether old data can be put back, and reports all problems at once.</summary>
/// <param name="cluster">The cluster now.</param>
/// <param name="record">The restore.</param>
/// <param name="before">The specification from before the restore.</param>
internal sealed class UndoGuard(EtcdCluster cluster, RestoreRecord record, ClusterSpec before)
{
    private readonly List<EtcdException> _problems = [];

    private ClusterSpec Now => cluster.RequireSpec();

    /// <summary>Checks what needs no host.</summary>
    /// <exception cref="EtcdException">RequestRefused, DataTooNew, AuthFailed.</exception>
    public void CheckSpecs(UndoRequest request)
    {
        if (Now.Recovery is not null)
        {
            throw Refused(EtcdErrorIds.RequestRefused, cluster.Name, $"Members of cluster '{cluster.Name}' still have to join again after a repair "
                + $"or a restore to one member, so restore {record.Id} is not undone now.",
                "Run Repair-EtcdCluster first; it continues. Then undo the restore.");
        }

        if (Now.Restore is { } begun && begun.Undoes != record.Id)
        {
            throw Refused(EtcdErrorIds.RequestRefused, cluster.Name, $"{begun.Description(cluster.Name)} was interrupted.",
                begun.Undoes is { } other
                    ? $"Run 'Undo-EtcdRestore {cluster.Name} {other}' first; it continues."
                    : "Run the same Restore-EtcdSnapshot again first; it continues. Then undo it.");
        }

        if (before.Version is { } old && Now.Version is { } now && (old.Major, old.Minor) != (now.Major, now.Minor))
        {
            bool isNext = old.Major == now.Major && old.Minor + 1 == now.Minor;
            if (!isNext)
            {
                throw Refused(EtcdErrorIds.DataTooNew, cluster.Name, $"Before restore {record.Id} cluster '{cluster.Name}' ran etcd {old}. "
                    + $"Now it runs {now}, which cannot use data of that version.",
                    string.Create(CultureInfo.InvariantCulture, $"Restore a snapshot instead. Or install etcd {old.Major}.{old.Minor} again, but "
                        + $"save a snapshot first (Save-EtcdSnapshot): this older etcd may not start with the present data."));
            }
        }

        if (record.Before.Authentication == true && request.Credential is null && cluster.Credential is null && cluster.Tls?.CertificatePem is null)
        {
            throw Refused(EtcdErrorIds.AuthFailed, cluster.Name, $"Authentication was enabled in cluster '{cluster.Name}' before restore "
                + $"{record.Id}, and no user was given to prove the undo.",
                "Supply -Credential for a user that had the root role before the restore, with its password of that time.");
        }

        foreach (MemberSpec member in before.Members)
        {
            if (Now.Named(member.Name) is not { } present || UndoSpecs.IsSame(member, present)) continue;
            throw Refused(EtcdErrorIds.RequestRefused, member.Name, $"Member {member.Name} has another host, "
                + $"folder or port since restore {record.Id}, so its old data cannot replace the present data.",
                "If only its folder changed, move its data back (Move-EtcdData). Otherwise remove the member first (Remove-EtcdMember "
                    + $"{cluster.Name} {member.Name}), if the other members keep a quorum.");
        }
    }

    /// <summary>Checks what was found on the hosts.</summary>
    /// <param name="kept">What is kept of each member.</param>
    /// <param name="isAnew">Whether one database is restored to all members: then the data of other members may be missing.</param>
    /// <exception cref="EtcdException">MemberDataUnreadable, MemberDataLost, ChecksumMismatch: the only problem found.</exception>
    /// <exception cref="AggregateException">All problems of all members.</exception>
    public void Check(IReadOnlyList<KeptMember> kept, bool isAnew)
    {
        foreach (KeptMember member in kept) Check(member, isAnew);
        if (_problems.Count == 1) throw _problems[0];
        if (_problems.Count > 1) throw new AggregateException(_problems);
    }

    private void Check(KeptMember kept, bool isAnew)
    {
        string name = kept.Member.Name;
        if (kept.State == KeptState.Unreadable)
        {
            // Also if one database is enough: this one may be the furthest ahead.
            Problem(EtcdErrorIds.MemberDataUnreadable, name,
                $"The data that member {name} had before restore {record.Id} cannot be read on {kept.Member.HostName} now: {kept.Obstacle}.",
                "Make it readable (its mode, its owner, its file system), then run the command again.");
            return;
        }

        if (!isAnew && kept.State == KeptState.Gone)
        {
            Problem(EtcdErrorIds.MemberDataLost, name, $"The data that member {name} had before restore {record.Id} is no longer in {kept.Archive}.",
                "Bring that folder back. Or run the command again with -RevisionBump and a number above 0: it restores the kept database of another "
                    + "member to all members, with a new cluster id.");
            return;
        }

        if (kept.State == KeptState.Aside)
        {
            if (!isAnew && !kept.HasLog)
            {
                Problem(EtcdErrorIds.MemberDataLost, name,
                    $"The data that member {name} had before restore {record.Id} has no write-ahead log in {kept.Archive.Wal ?? kept.Archive.Data}.",
                    "Bring the log back. Or run the command again with -RevisionBump and a number above 0: it restores a kept database to all "
                        + "members, and entries that are only in the log are lost.");
            }

            string? recorded = record.Backup.FirstOrDefault(backup => backup.Member == name && backup.Path == kept.Archive.Data)?.Sha256;
            if (recorded is not null && recorded != kept.Sha256)
            {
                Problem(EtcdErrorIds.ChecksumMismatch, name, $"The database kept in {kept.Archive.Data} on {kept.Member.HostName} was changed since "
                    + $"the restore: its SHA-256 is {kept.Sha256}, and {recorded} was recorded.",
                    "Find out which process started with it or wrote to it: its keys may no longer be those from before the restore. To use it "
                        + "anyway, restore that file: "
                        + $"Restore-EtcdSnapshot with {kept.Archive.Data}/member/snap/db and -SkipHashCheck.");
            }
        }

        // The script on the host, if it put the data back, put these files back too.
        if (Now.Named(kept.Member.Name) is null && before.Tls && !kept.HasKeys && kept.State != KeptState.Back)
        {
            Problem(EtcdErrorIds.MemberDataLost, name, $"Certificates and keys of member {name} were not kept in {kept.Archive.Data}.",
                $"Add the member first (Add-EtcdMember {cluster.Name} {kept.Member.HostName}); the undo then puts its data back.");
        }
    }

    private void Problem(string id, string target, string message, string nextStep) => _problems.Add(Refused(id, target, message, nextStep));

    private static EtcdException Refused(string id, string target, string message, string nextStep) =>
        new(id, message) { Target = target, NextStep = nextStep };
}
