using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The facts that a restore needs of a host before it changes anything there; read in one round trip.</summary>
/// <param name="Host">The facts of the host.</param>
/// <param name="Rooms">For each folder asked for, its file system.</param>
/// <param name="Unresolved">The cluster's host names that it cannot resolve.</param>
/// <param name="Reached">How each address and port of the cluster answers to this host.</param>
/// <param name="Holders">The processes that have the database of a member open.</param>
internal sealed record RestoreSurvey(
    EtcdHost Host,
    IReadOnlyDictionary<string, RestoreRoom> Rooms,
    IReadOnlySet<string> Unresolved,
    IReadOnlyList<Reach> Reached,
    IReadOnlyList<DatabaseHolder> Holders)
{
    private static string SurveyScript => ShellScript.Of(typeof(RestoreSurvey), "survey-restore");

    /// <summary>Reads one host.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="members">The members on this host.</param>
    /// <param name="all">All members.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    public static async Task<RestoreSurvey> ReadAsync(
        AdminContext context, IReadOnlyList<MemberSpec> members, IEnumerable<MemberSpec> all, CancellationToken cancellationToken)
    {
        var reading = new Reading();
        EtcdHost host = await HostReader.ReadAsync(
            context.HostOf(members[0]), members[0].Connection
                ?? HostConnection.Local, context.Clock, SurveyScript,
            Arguments(members, all), reading.Read, cancellationToken).ConfigureAwait(false);
        return new RestoreSurvey(host, reading.Rooms, reading.Unresolved, reading.Reached, reading.Holders);
    }

    private static List<string> Arguments(IReadOnlyList<MemberSpec> members, IEnumerable<MemberSpec> all)
    {
        var arguments = new List<string>();
        foreach (MemberSpec member in members)
        {
            arguments.AddRange(["room", member.Layout.DataDirectory]);
            if (member.WalPath is { } wal) arguments.AddRange(["room", wal]);
            arguments.AddRange(["holder", member.Name, member.Layout.DataDirectory + "/member/snap/db"]);
        }

        foreach (MemberSpec member in all)
        {
            if (Uri.CheckHostName(member.Address) == UriHostNameType.Dns) arguments.AddRange(["name", member.Address]);
            // Members on this machine always reach each other.
            if (member.Connection is not null) arguments.AddRange(["reach", member.Address, member.PeerPort.ToString(CultureInfo.InvariantCulture)]);
        }

        return arguments;
    }

    /// <summary>Collects the survey's own lines.</summary>
    private sealed class Reading
    {
        public Dictionary<string, RestoreRoom> Rooms { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Unresolved { get; } = new(StringComparer.Ordinal);

        public List<Reach> Reached { get; } = [];

        public List<DatabaseHolder> Holders { get; } = [];

        public void Read(string[] fields)
        {
            switch (fields)
            {
                case ["room", var folder, var free, var mount] when long.TryParse(
                    free, NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes):
                    Rooms[folder] = new RestoreRoom(mount, kilobytes * 1024);
                    break;
                case ["unresolved", var name]: Unresolved.Add(name); break;
                case ["holder", var member, var id, var command] when int.TryParse(
                    id, NumberStyles.None, CultureInfo.InvariantCulture, out int process):
                    Holders.Add(new DatabaseHolder(member, process, command.Trim()));
                    break;
                case ["reach", var address, var port, var answer] when Enum.TryParse(answer, ignoreCase: true, out ReachAnswer known):
                    Reached.Add(new Reach(address, int.Parse(port, CultureInfo.InvariantCulture), known));
                    break;
            }
        }
    }
}

/// <summary>The file system that a folder is on.</summary>
/// <param name="MountPoint">The mount point.</param>
/// <param name="FreeBytes">Free bytes.</param>
internal sealed record RestoreRoom(string MountPoint, long FreeBytes);

/// <summary>A process that has the database of a member open, as etcd does.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="ProcessId">The process id.</param>
/// <param name="Command">Its command line.</param>
internal sealed record DatabaseHolder(string Member, int ProcessId, string Command);
