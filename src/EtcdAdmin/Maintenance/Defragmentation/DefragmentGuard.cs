using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Facts;

namespace EtcdAdmin.Maintenance.Defragmentation;

/// <summary>What must be true before a member is defragmented: it does not serve meanwhile, and writes a copy of its database.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster.</param>
internal sealed class DefragmentGuard(AdminContext context, EtcdCluster cluster)
{
    // Seen with 3.4 to 3.7: a learner answers only reads and its status ("rpc not supported for learner").
    private const string LearnerCannot = "It is a learner, and etcd defragments only voters.";

    // How long missing members are waited for: leadership has just moved, or the member before has just come back.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // The plan is made again under the lock of the operation; its first step begins right after that.
    private static readonly TimeSpan JustRead = TimeSpan.FromSeconds(1);

    /// <summary>Why a member is left alone, as a sentence: it cannot be defragmented, or that would not pay. Null if it would.</summary>
    public static string? ReasonToSkip(DefragmentRequest request, MemberSpace member)
    {
        if (member.Health.IsLearner == true) return LearnerCannot;
        if (member.FreeBytes is not { } free) return null;
        long databaseBytes = member.DatabaseBytes;
        double percent = databaseBytes == 0 ? 0 : 100.0 * free / databaseBytes;
        if (percent >= request.MinimumGainPercent && free >= request.MinimumGainBytes) return null;
        string least = percent < request.MinimumGainPercent
            ? $"{request.MinimumGainPercent} % (-MinimumGainPercent)"
            : $"{ByteSizes.Show(request.MinimumGainBytes)} (-MinimumGainBytes)";
        return string.Create(CultureInfo.InvariantCulture,
            $"It would release only {ByteSizes.Show(free)} of {ByteSizes.Show(databaseBytes)} ({percent:0} %), less than {least}.");
    }

    /// <summary>The facts of a moment in which all other members serve; waits for them for some seconds.</summary>
    /// <param name="name">The member to defragment.</param>
    /// <param name="known">Facts from before, which are used if they have just been read; null if there are none, or something changed since.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EtcdException">NotHealthy; nothing was changed.</exception>
    public async Task<SpaceFacts> WaitForOthersAsync(string name, SpaceFacts? known, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        SpaceFacts? fresh = known is not null && context.Clock.GetElapsedTime(known.ReadAt) < JustRead ? known : null;
        while (true)
        {
            SpaceFacts facts = fresh ?? await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
            fresh = null;
            MemberId id = facts.Choose([name])[0].Id;
            EtcdHealth[] down = [.. facts.Membership.Health.Members.Where(other => other.MemberId != id && !other.Serves)];
            if (down.Length == 0) return facts;
            if (context.Clock.GetElapsedTime(start) >= Patience) throw Down(name, down);
            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Throws if the disk has no room for the copy.</summary>
    /// <exception cref="EtcdException">DiskFull; nothing was changed.</exception>
    public static void RequireRoom(MemberSpace member, long reserveBytes)
    {
        long need = Copy(member) + reserveBytes;
        if (member.Disk is not { } disk || disk.FreeBytes >= need) return;
        throw new EtcdException(EtcdErrorIds.DiskFull,
            $"Member {member.Name} was not defragmented: etcd writes a new copy of its database for that, and the disk of {disk.Path} has "
                + $"{ByteSizes.Show(disk.FreeBytes)} free. It needs {ByteSizes.Show(need)}: the "
                + $"{ByteSizes.Show(Copy(member))} in use and a reserve.")
        {
            Target = member.Name,
            NextStep = "Free some space on that disk (never by deleting files of etcd's data), or move the data to a larger disk "
                + "(Move-EtcdData). Compacting the history first (Compress-EtcdHistory) makes the copy smaller.",
        };
    }

    /// <summary>The warning for a member whose disk is unknown.</summary>
    public static string UnknownRoom(MemberSpace member) =>
        $"The free space on the disk of member {member.Name} is unknown, because EtcdAdmin does not manage its host, or the host does not answer. "
            + $"Defragmentation needs about {ByteSizes.Show(Copy(member))} there; etcd ends if its disk is full.";

    private static long Copy(MemberSpace member) => member.DatabaseBytes - (member.FreeBytes ?? 0);

    private EtcdException Down(string member, EtcdHealth[] down) => new(EtcdErrorIds.NotHealthy,
        $"Member {member} of cluster '{cluster.Name}' was not defragmented, because it does not serve meanwhile and these members do not serve "
            + $"either: {string.Join("; ", down.Select(other => $"{other.Member}: {other.Reason}"))}")
    {
        Target = cluster.Name,
        NextStep = "Bring all members up first (Start-EtcdMember), then run the same command again; it continues with the remaining members.",
    };
}
