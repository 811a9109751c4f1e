using System.Globalization;
using System.Net;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Clusters.Health;

/// <summary>A test write through one member. It shows problems that reading and the status do not show, such as an alarm of a former
/// member.</summary>
/// <param name="Written">Whether it was written; null if unknown, because the user was refused.</param>
/// <param name="Trouble">The problem, as part of a sentence; null if it was written.</param>
internal sealed record WriteProbe(bool? Written, string? Trouble)
{
    /// <summary>The prefix of test keys; the lease id follows, so that two checks never write the same key.</summary>
    public const string KeyPrefix = "etcdadmin/health-check/";

    // If this process ends before the lease is revoked, the key is deleted with its lease.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>Writes a key, and deletes it again.</summary>
    /// <param name="member">Makes a client of only this member with the remaining time.</param>
    /// <param name="user">The user, for messages; null if not known.</param>
    /// <param name="cancellationToken">Cancels the write; the key is deleted with its lease then.</param>
    public static async Task<WriteProbe> WriteAsync(Func<EtcdClient> member, string? user, CancellationToken cancellationToken)
    {
        try
        {
            LeaseGrant lease = await member().Leases.GrantAsync(Life, cancellationToken: cancellationToken).ConfigureAwait(false);
            string key = KeyPrefix + lease.Id;
            try
            {
                await member().Kv.PutAsync(key, "", new PutOptions { Lease = lease.Id }, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await RevokeAsync(member(), lease.Id, cancellationToken).ConfigureAwait(false);
            }

            return new WriteProbe(true, null);
        }
        catch (EtcdRpcException e) when (MemberProbe.IsRefusal(e))
        {
            return new WriteProbe(null,
                $"the test write was skipped: {(user is null ? "this client" : $"user '{user}'")} is not permitted to write keys with the prefix "
                    + $"'{KeyPrefix}' ({e.Message})");
        }
        catch (EtcdRpcException e)
        {
            return new WriteProbe(false, $"a test write failed: {e.Message}");
        }
    }

    /// <summary>Writes a key of API 2 with a TTL, and deletes it again. It is in no directory: API 2 leaves empty directories behind, which etcd 3.6
    /// refuses.</summary>
    /// <param name="member">The member.</param>
    /// <param name="cancellationToken">Cancels the write; the key then ends with its TTL.</param>
    public static async Task<WriteProbe> WriteBefore3Async(EtcdClient member, CancellationToken cancellationToken)
    {
        string path = $"/v2/keys/etcdadmin-health-check-{Guid.NewGuid():N}";
        try
        {
            using Api2Answer written = await member.Api2.SendAsync(
                HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"{path}?value=&ttl={Life.TotalSeconds:0}"), cancellationToken)
                .ConfigureAwait(false);
            if (written.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                return new WriteProbe(null, $"the test write was skipped: this client is not permitted to write keys of API 2 ({written.Message})");
            if (!written.IsSuccess) return new WriteProbe(false, $"a test write failed: {written.Message}");
        }
        catch (EtcdRpcException e)
        {
            return new WriteProbe(false, $"a test write failed: {e.Message}");
        }

        try
        {
            using Api2Answer deleted = await member.Api2.SendAsync(HttpMethod.Delete, path, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException)
        {
            // It expires within a minute.
        }

        return new WriteProbe(true, null);
    }

    private static async Task RevokeAsync(EtcdClient member, LeaseId lease, CancellationToken cancellationToken)
    {
        try
        {
            await member.Leases.RevokeAsync(lease, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException)
        {
            // The lease expires within a minute. The write itself reports that writes fail.
        }
    }
}
