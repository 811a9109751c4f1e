using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Wire;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using AlarmType = EtcdAdmin.Client.Records.AlarmType;

namespace EtcdAdmin.Database.Schema;

/// <summary>What the buckets <c>members</c>, <c>members_removed</c> and <c>alarm</c> say.</summary>
/// <remarks>Source: etcd <c>server/storage/schema/membership.go</c> and <c>alarm.go</c>, 3.6.</remarks>
/// <param name="file">The database.</param>
internal sealed class MembershipBuckets(BoltFile file)
{
    // Beyond these a file is not etcd's; they keep what a hostile one makes us hold in memory small.
    private const int MaxMembers = 1000;
    private const int MaxRemoved = 100_000;
    private const int MaxMemberSize = 64 * 1024;

    private readonly List<SnapshotMember> _members = [];
    private readonly List<string> _removed = [];
    private readonly List<MemberAlarm> _alarms = [];

    public IReadOnlyList<SnapshotMember> Members => _members;

    public IReadOnlyList<string> Removed => _removed;

    public IReadOnlyList<MemberAlarm> Alarms => _alarms;

    public void ReadMember(in BoltRecord record)
    {
        if (_members.Count == MaxMembers || record.Value.Length > MaxMemberSize)
            throw Damaged(record, $"no cluster has over {MaxMembers} members of {MaxMemberSize} bytes");
        _members.Add(SnapshotMemberReader.TryParse(record.Key.Span, record.Value.Span)
            ?? throw Damaged(record, "a member's id and its JSON description should be here"));
    }

    public void ReadRemoved(in BoltRecord record)
    {
        if (!SnapshotMemberReader.IsId(record.Key.Span)) throw Damaged(record, "the id of a member that was removed should be here");
        if (_removed.Count == MaxRemoved) throw Damaged(record, $"no cluster has removed over {MaxRemoved} members");
        _removed.Add(Encoding.ASCII.GetString(record.Key.Span));
    }

    // The name of the record is the whole of it.
    public void ReadAlarm(in BoltRecord record)
    {
        if (!SchemaMessage.TryParse(AlarmMember.Parser, record.Key.Span, out AlarmMember? alarm)) throw Damaged(record, "an alarm should be here");
        if (_alarms.Count == MaxMembers) throw Damaged(record, $"no cluster has over {MaxMembers} alarms");
        _alarms.Add(new MemberAlarm(new MemberId(alarm.MemberID), (AlarmType)alarm.Alarm));
    }

    private EtcdException Damaged(in BoltRecord record, string finding) => file.Damaged(record.Offset, finding, SnapshotPart.Records);
}
