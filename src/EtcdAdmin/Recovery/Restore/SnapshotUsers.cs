using Authpb;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Errors;
using Google.Protobuf;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The users of a cluster made from a snapshot.</summary>
/// <remarks>
/// Source: etcd <c>server/storage/schema/auth_users.go</c>: bucket <c>authUsers</c>, name to <c>authpb.User</c>; the same since 3.0.
/// </remarks>
internal static class SnapshotUsers
{
    private const string AdministratorRole = "root";

    /// <summary>All users, and whether each has the role root, which may read all keys and ask for hashes.</summary>
    /// <param name="databasePath">The database.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid.</exception>
    public static async Task<IReadOnlyDictionary<string, bool>> ReadAsync(string databasePath, CancellationToken cancellationToken)
    {
        using SnapshotFile file = SnapshotFile.Open(databasePath);
        return await Task.Run(() => file.Guard(() => Read(file, cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    private static Dictionary<string, bool> Read(SnapshotFile file, CancellationToken cancellationToken)
    {
        var users = new Dictionary<string, bool>(StringComparer.Ordinal);
        BoltCursor? records = BucketWalk.Find(file.Database, "authUsers"u8, cancellationToken);
        while (records?.MoveNext(cancellationToken) == true)
        {
            ref readonly BoltRecord record = ref records.Current;
            try
            {
                User user = User.Parser.ParseFrom(record.Value.Span);
                users[user.Name.ToStringUtf8()] = user.Roles.Contains(AdministratorRole);
            }
            catch (InvalidProtocolBufferException)
            {
                throw file.Database.Damaged(record.Offset, "a user is expected here", SnapshotPart.Records);
            }
        }

        return users;
    }
}
