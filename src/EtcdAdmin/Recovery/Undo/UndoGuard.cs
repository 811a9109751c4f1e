using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>Decides before the first step whether the data from before a restore can take its place again, and says everything that is wrong at once.</summary>
/// <param name="cluster">The cluster now.</param>
/// <param name="record">The restore.</param>
/// <param name="before">The specification from before it.</param>
internal sealed class UndoGuard(EtcdCluster cluster, RestoreRecord record, ClusterSpec before)
{
    private readonly List<EtcdException> _problems = [];

    private ClusterSpec Now => cluster.RequireSpec();

    /// <summary>Judges what can be judged without the hosts.</summary>
    /// <exception cref="EtcdException">RequestRefused, DataTooNew, AuthFailed.</exception>
    public void CheckSpecs(UndoRequest request)
    {
        if (Now.Recovery is not null)
        {
            throw Refused(EtcdErrorIds.RequestRefused, cluster.Name, $"Members of cluster '{cluster.Name}' are still to join it again after a repair or a restore to one member, so restore {record.Id} is not undone now.",
                "Run Repair-EtcdCluster first; it carries on. Then undo the restore.");
        }

        if (Now.Restore is { } begun && begun.Undoes != record.Id)
        {
            throw Refused(EtcdErrorIds.RequestRefused, cluster.Name, $"{begun.Description(cluster.Name)} was begun and interrupted.",
                begun.Undoes is { } other ? $"Run 'Undo-EtcdRestore {cluster.Name} {other}' first; it carries on." : "Run the same Restore-EtcdSnapshot again first; it carries on. Then undo it.");
        }

        if (before.Version is { } old && Now.Version is { } now && (old.Major, old.Minor) != (now.Major, now.Minor))
        {
            bool isNext = old.Major == now.Major && old.Minor + 1 == now.Minor;
            if (!isNext)
            {
                throw Refused(EtcdErrorIds.DataTooNew, cluster.Name, $"Before restore {record.Id} cluster '{cluster.Name}' ran etcd {old}, and now it runs {now}, which does not take over the data of that version.",
                    string.Create(CultureInfo.InvariantCulture, $"Install etcd {old.Major}.{old.Minor} again, or restore a snapshot."));
            }
        }

        if (record.Before.Authentication == true && request.Credential is null && cluster.Credential is null && cluster.Tls?.CertificatePem is null)
        {
            throw Refused(EtcdErrorIds.AuthFailed, cluster.Name, $"Authentication was enabled in cluster '{cluster.Name}' before restore {record.Id}, and there is no user to prove the undo with.",
                "Give a user of that time with the role root (-Credential).");
        }

        foreach (MemberSpec member in before.Members)
        {
            if (Now.Named(member.Name) is not { } present || UndoSpecs.IsSame(member, present)) continue;
            throw Refused(EtcdErrorIds.RequestRefused, member.Name, $"Member {member.Name} has another host, folder or port since restore {record.Id}, so its data from before cannot take the place of the present.",
                $"Remove it first (Remove-EtcdMember {cluster.Name} {member.Name}), or move its data back (Move-EtcdData).");
        }
    }

    /// <summary>Judges what was found on the hosts.</summary>
    /// <param name="kept">What is kept of each member.</param>
    /// <param name="isAnew">Whether one database is restored anew to all: then the others' data need not be there.</param>
    /// <exception cref="EtcdException">MemberDataUnreadable, MemberDataLost, ChecksumMismatch: the one problem that was found.</exception>
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
            // Also where one database is enough: this one may be the one that is furthest ahead.
            Problem(EtcdErrorIds.MemberDataUnreadable, name, $"The data that member {name} had before restore {record.Id} cannot be read on {kept.Member.HostName} now: {kept.Obstacle}.",
                "Make it readable (its mode, its owner, its file system), then run the command again.");
            return;
        }

        if (!isAnew && kept.State == KeptState.Gone)
        {
            Problem(EtcdErrorIds.MemberDataLost, name, $"The data that member {name} had before restore {record.Id} is not in {kept.Archive} any more.",
                "Bring that folder back, or have the data of another member restored to all: -RevisionBump with a number above 0.");
            return;
        }

        if (kept.State == KeptState.Aside)
        {
            if (!isAnew && !kept.HasLog)
            {
                Problem(EtcdErrorIds.MemberDataLost, name, $"The data that member {name} had before restore {record.Id} has no write-ahead log in {kept.Archive.Wal ?? kept.Archive.Data}.",
                    "Bring the log back, or have the databases restored: -RevisionBump with a number above 0.");
            }

            string? noted = record.Backup.FirstOrDefault(backup => backup.Member == name && backup.Path == kept.Archive.Data)?.Sha256;
            if (noted is not null && noted != kept.Sha256)
            {
                Problem(EtcdErrorIds.ChecksumMismatch, name, $"The database kept in {kept.Archive.Data} on {kept.Member.HostName} was changed since the restore: its SHA-256 is {kept.Sha256}, and {noted} was noted.",
                    $"See what started or wrote it. If it is meant all the same, restore that file: Restore-EtcdSnapshot with {kept.Archive.Data}/member/snap/db and -SkipHashCheck.");
            }
        }

        // Put back by the script on its host, it has them in their places.
        if (Now.Named(kept.Member.Name) is null && before.Tls && !kept.HasKeys && kept.State != KeptState.Back)
        {
            Problem(EtcdErrorIds.MemberDataLost, name, $"Certificates and keys of member {name} were not kept in {kept.Archive.Data}.",
                $"Add it again first (Add-EtcdMember {cluster.Name} {kept.Member.HostName}); the undo then puts its data back.");
        }
    }

    private void Problem(string id, string target, string message, string nextStep) => _problems.Add(Refused(id, target, message, nextStep));

    private static EtcdException Refused(string id, string target, string message, string nextStep) =>
        new(id, message) { Target = target, NextStep = nextStep };
}
