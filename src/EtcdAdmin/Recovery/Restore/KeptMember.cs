using System.Globalization;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What a restore kept of a member, as found on its host now.</summary>
/// <param name="Member">The member as it was before the restore.</param>
/// <param name="Archive">Where the restore keeps it.</param>
/// <param name="State">Where the old data is now.</param>
internal sealed record KeptMember(MemberSpec Member, RestoreArchive Archive, KeptState State)
{
    private const int Fields = 6;

    /// <summary>SHA-256 of the kept database; null unless the data is where the restore put it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the kept database in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Whether the kept write-ahead log has a segment. Without a segment etcd would start with an empty log.</summary>
    public bool HasLog { get; init; }

    /// <summary>Why the data cannot be read; null if it can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Whether certificates and keys are kept with the data, as for a member that left the cluster.</summary>
    public bool HasKeys { get; init; }

    /// <summary>Looks for kept data; changes nothing.</summary>
    /// <param name="host">The member's host.</param>
    /// <param name="member">The member.</param>
    /// <param name="record">The restore.</param>
    /// <param name="begun">The id of an interrupted undo; null for none.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    public static async Task<KeptMember> FindAsync(
        IHost host, MemberSpec member, RestoreRecord record, string? begun, CancellationToken cancellationToken)
    {
        // The kept data of a member that left the cluster has another name. Interrupted attempts kept the older data.
        RestoreArchive[] archives =
        [
            .. record.Stamps.SelectMany(stamp => new[] { new RestoreArchive(member, stamp), new RestoreArchive(member, stamp) { Retired = true } }),
        ];
        string? switched = begun is null ? null : new RestoreArchive(member, begun).Data;
        string rolledBack = $"{member.Layout.DataDirectory}.{RestoreArchive.RestoredMark}-{record.Id}";
        var script = new HostScript(UndoScripts.FindKept)
        {
            Arguments =
            [
                member.Layout.DataDirectory,
                rolledBack,
                switched ?? "",
                .. archives.SelectMany(archive => new[] { archive.Data, archive.Wal ?? "", archive.Files }),
            ],
        };
        RestoreArchive latest = archives.Last(found => !found.Retired);
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == MemberDataCheck.UnreadableCode)
            return new KeptMember(member, latest, KeptState.Unreadable) { Obstacle = result.Error.Trim().TrimEnd('.') };
        if (result.ExitCode != 0) throw new HostCommandException(host.Name, $"look for the kept data of member {member.Name}", result);
        string[][] facts = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
        if (facts.FirstOrDefault(fact => fact is ["kept", ..] && fact.Length == Fields) is [_, var number, var size, var sum, var log, var keys])
        {
            return new KeptMember(member, archives[int.Parse(number, CultureInfo.InvariantCulture)], KeptState.Aside)
            {
                Sha256 = sum,
                Size = long.Parse(size, CultureInfo.InvariantCulture),
                HasLog = log == "yes",
                HasKeys = keys == "yes",
            };
        }

        return new KeptMember(member, latest, facts.Any(fact => fact is ["back", ..]) ? KeptState.Back : KeptState.Gone);
    }
}

/// <summary>Where the data from before a restore is now.</summary>
internal enum KeptState
{
    /// <summary>Where the restore put it.</summary>
    Aside,

    /// <summary>In the member's data folder again: moved by the script on the host, or by an interrupted undo.</summary>
    Back,

    /// <summary>Not found.</summary>
    Gone,

    /// <summary>Not known, because it cannot be read now.</summary>
    Unreadable,
}
