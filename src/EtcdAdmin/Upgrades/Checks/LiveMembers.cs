using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Upgrades.Checks;

/// <summary>Reads the member list in the database of a member that runs: a few pages, whatever the size of the database.</summary>
internal static class LiveMembers
{
    // The root bucket and the bucket of the members have one page each, or a few in a large cluster.
    private const int Rounds = 8;

    private static string PagesScript => ShellScript.Of(typeof(LiveMembers), "read-live-pages");

    /// <summary>Reads it; null if etcd wrote all the time, or the file cannot be read.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="member">The member; it may run.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">The host does not answer.</exception>
    public static async Task<IReadOnlyList<SnapshotMember>?> ReadAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken)
    {
        string path = member.Layout.DataDirectory + "/member/snap/db";
        var wanted = new SortedSet<long>();
        for (int round = 0; round < Rounds; round++)
        {
            var script = new HostScript(PagesScript)
            {
                Arguments = [path, .. wanted.Select(page => page.ToString(CultureInfo.InvariantCulture))],
            };
            ScriptResult result = await context.HostOf(member).RunAsync(script, cancellationToken).ConfigureAwait(false);
            if (result.ExitCode != 0) return null;
            try
            {
                return Read(result.Output, path, cancellationToken);
            }
            catch (MissingPageException e)
            {
                wanted.Add(e.Page);
            }
            catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.SnapshotInvalid)
            {
                // A page that an earlier round asked for is no longer part of the tree; what is left is found in the next.
            }
        }

        return null;
    }

    private static IReadOnlyList<SnapshotMember> Read(string output, string path, CancellationToken cancellationToken)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var pages = new FetchedPages(int.Parse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture));
        foreach (string line in lines.Skip(2))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            pages.Add(
                long.Parse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromBase64String(line[(space + 1)..]));
        }

        var file = new BoltFile(pages.Read, path, long.Parse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture)) { ReadsAhead = false };
        var found = new MembershipBuckets(file);
        if (BucketWalk.Find(file, "members"u8, cancellationToken) is { } records)
        {
            while (records.MoveNext(cancellationToken)) found.ReadMember(records.Current);
        }

        return found.Members;
    }
}
