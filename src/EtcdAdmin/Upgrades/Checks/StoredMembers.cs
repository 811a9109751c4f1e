using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Checks;

/// <summary>Compares the member list in a database with that of the cluster.</summary>
/// <remarks>Up to etcd 3.5 the cluster's member list is in the v2 store, and etcd 3.6 reads the copy in the database. etcd 3.5.1 to 3.5.19 do not
/// write promotions of learners to that copy, so etcd 3.6 ends with "too many learner members in cluster" (etcd issue 19557, 20793); members that
/// were removed can be left there and come back.</remarks>
/// <param name="wrong">The members of the cluster that are not the same in the database.</param>
/// <param name="left">The ids of members in the database that the cluster does not have.</param>
internal sealed class StoredMembers(IReadOnlyList<Member> wrong, IReadOnlyList<string> left)
{
    /// <summary>The members of the cluster that are not the same in the database.</summary>
    public IReadOnlyList<Member> Wrong => wrong;

    /// <summary>The ids of members in the database that the cluster does not have.</summary>
    public IReadOnlyList<string> Left => left;

    /// <summary>Whether nothing differs.</summary>
    public bool AreRight => wrong.Count == 0 && left.Count == 0;

    /// <summary>Whether a version change makes the database's list count.</summary>
    public static bool Matter(VersionChange change) =>
        change.Kind == VersionChangeKind.Upgrade && change.From < new MinorLine(3, 6) && MinorLine.Of(change.To) >= new MinorLine(3, 6);

    /// <summary>Compares.</summary>
    /// <param name="list">The member list in a database of the cluster.</param>
    /// <param name="members">The member list that the cluster returns.</param>
    public static StoredMembers Compare(IReadOnlyList<SnapshotMember> list, IReadOnlyList<Member> members)
    {
        Dictionary<string, SnapshotMember> stored = list.ToDictionary(member => member.Id, StringComparer.Ordinal);
        return new StoredMembers(
            [.. members.Where(member => stored.GetValueOrDefault(Id(member)) is not { } copy || copy.IsLearner != member.IsLearner)],
            [.. stored.Keys.Except(members.Select(Id), StringComparer.Ordinal)]);
    }

    /// <summary>The differences, as a clause.</summary>
    public override string ToString() => string.Join(" and ", new[]
    {
        wrong.Count == 0 ? null : $"it has another role there for {string.Join(", ", wrong.Select(Membership.NameOf))}",
        left.Count == 0 ? null : $"it still has removed members ({string.Join(", ", left)})",
    }.OfType<string>());

    // As etcd names the records: hexadecimal, without leading zeros.
    private static string Id(Member member) => member.Id.Value.ToString("x", CultureInfo.InvariantCulture);
}
