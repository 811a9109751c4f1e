using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Authpb;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using Google.Protobuf;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads the buckets <c>auth</c>, <c>authUsers</c> and <c>authRoles</c>. Neither names nor password hashes are kept.</summary>
/// <remarks>Source: etcd <c>server/storage/schema/auth.go</c>, <c>auth_users.go</c> and <c>auth_roles.go</c>, 3.6.</remarks>
/// <param name="file">The database.</param>
internal sealed class AuthBuckets(BoltFile file)
{
    // Enough for a role with ten thousand permissions. Each permission becomes an object far larger than its few bytes in the file.
    private const int MaxSize = 1 << 20;

    /// <summary>Whether clients must authenticate.</summary>
    public bool Enabled { get; private set; }

    /// <summary>Number of users.</summary>
    public int Users { get; private set; }

    /// <summary>Number of roles.</summary>
    public int Roles { get; private set; }

    public void ReadSetting(in BoltRecord record)
    {
        if (record.Key.Span.SequenceEqual("authEnabled"u8))
            Enabled = record.Value.Span.SequenceEqual((ReadOnlySpan<byte>)[1]);
        else if (record.Key.Span.SequenceEqual("authRevision"u8) && !BinaryPrimitives.TryReadUInt64BigEndian(record.Value.Span, out _))
            throw Damaged(record, "an 8-byte number");
    }

    public void ReadUser(in BoltRecord record)
    {
        if (!TryParse(User.Parser, record, out User? user) || !user.Name.Span.SequenceEqual(record.Key.Span))
            throw Damaged(record, "the user of this name");
        Users++;
    }

    public void ReadRole(in BoltRecord record)
    {
        if (!TryParse(Role.Parser, record, out Role? role) || !role.Name.Span.SequenceEqual(record.Key.Span))
            throw Damaged(record, "the role of this name");
        Roles++;
    }

    private static bool TryParse<T>(MessageParser<T> parser, in BoltRecord record, [NotNullWhen(true)] out T? found)
        where T : class, IMessage<T>
    {
        found = null;
        return record.Value.Length <= MaxSize && SchemaMessage.TryParse(parser, record.Value.Span, out found);
    }

    private EtcdException Damaged(in BoltRecord record, string what) => file.Damaged(record.Offset, $"expected {what}", SnapshotPart.Records);
}
