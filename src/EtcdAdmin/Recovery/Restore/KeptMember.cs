using System.Globalization;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What a restore kept of a member, as it is found on its host now.</summary>
/// <param name="Member">The member, as it was before the restore.</param>
/// <param name="Archive">Where it was put.</param>
/// <param name="State">Whether it is still there.</param>
internal sealed record KeptMember(MemberSpec Member, RestoreArchive Archive, KeptState State)
{
    private const int Fields = 6;

    /// <summary>SHA-256 of its database; null unless it is aside.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Bytes of its database.</summary>
    public long Size { get; init; }

    /// <summary>Whether its write-ahead log has a segment, without which etcd would begin anew.</summary>
    public bool HasLog { get; init; }

    /// <summary>Why it cannot be looked at; null where it can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Whether certificates and keys are kept with it, as of a member that left the cluster.</summary>
    public bool HasKeys { get; init; }

    /// <summary>Looks for it; changes nothing.</summary>
    /// <param name="host">The member's.</param>
    /// <param name="member">The member.</param>
    /// <param name="record">The restore.</param>
    /// <param name="begun">The id of an undo that was broken off; null for none.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    public static async Task<KeptMember> FindAsync(IHost host, MemberSpec member, RestoreRecord record, string? begun, CancellationToken cancellationToken)
    {
        // Of a member that left the cluster it has another name; what earlier attempts put aside is older.
        RestoreArchive[] archives =
        [
            .. record.Stamps.SelectMany(stamp => new[] { new RestoreArchive(member, stamp), new RestoreArchive(member, stamp) { Retired = true } }),
        ];
        string? switched = begun is null ? null : new RestoreArchive(member, begun).Data;
        string rolledBack = $"{member.Layout.DataDirectory}.{RestoreArchive.RestoredMark}-{record.Id}";
        var script = new HostScript(UndoScripts.FindKept)
        {
            Arguments = [member.Layout.DataDirectory, rolledBack, switched ?? "", .. archives.SelectMany(archive => new[] { archive.Data, archive.Wal ?? "", archive.Files })],
        };
        RestoreArchive latest = archives.Last(found => !found.Retired);
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == MemberDataCheck.UnreadableCode)
            return new KeptMember(member, latest, KeptState.Unreadable) { Obstacle = result.Error.Trim().TrimEnd('.') };
        if (result.ExitCode != 0) throw new HostCommandException(host.Name, $"look for what was kept of member {member.Name}", result);
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

/// <summary>Where data from before a restore is.</summary>
internal enum KeptState
{
    /// <summary>Where the restore put it.</summary>
    Aside,

    /// <summary>In the member's place again: by the script on its host, or by an undo that was broken off.</summary>
    Back,

    /// <summary>Neither.</summary>
    Gone,

    /// <summary>Not known: it cannot be looked at now.</summary>
    Unreadable,
}
