using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using Etcdserverpb;
using AlarmType = EtcdAdmin.Client.Records.AlarmType;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads the buckets <c>members</c>, <c>members_removed</c> and <c>alarm</c>.</summary>
/// <remarks>Source: etcd <c>server/storage/schema/membership.go</c> and <c>alarm.go</c>, 3.6.</remarks>
/// <param name="file">The database.</param>
internal sealed class MembershipBuckets(BoltFile file)
{
    // Limits the memory for a hostile file; no etcd database comes near these numbers.
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
            throw Damaged(record, $"expected at most {MaxMembers} members of at most {MaxMemberSize} bytes each");
        _members.Add(SnapshotMemberReader.TryParse(record.Key.Span, record.Value.Span)
            ?? throw Damaged(record, "expected a member's ID and its JSON description"));
    }

    public void ReadRemoved(in BoltRecord record)
    {
        if (!SnapshotMemberReader.IsId(record.Key.Span)) throw Damaged(record, "expected the ID of a removed member");
        if (_removed.Count == MaxRemoved) throw Damaged(record, $"expected at most {MaxRemoved} removed members");
        _removed.Add(Encoding.ASCII.GetString(record.Key.Span));
    }

    // All data of an alarm is in the record's key.
    public void ReadAlarm(in BoltRecord record)
    {
        if (!SchemaMessage.TryParse(AlarmMember.Parser, record.Key.Span, out AlarmMember? alarm)) throw Damaged(record, "expected an alarm");
        if (_alarms.Count == MaxMembers) throw Damaged(record, $"expected at most {MaxMembers} alarms");
        _alarms.Add(new MemberAlarm(new MemberId(alarm.MemberID), (AlarmType)alarm.Alarm));
    }

    private EtcdException Damaged(in BoltRecord record, string finding) => file.Damaged(record.Offset, finding, SnapshotPart.Records);
}
