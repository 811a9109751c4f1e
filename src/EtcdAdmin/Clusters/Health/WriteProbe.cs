using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>A test write through one member: what reading and the status do not show, such as an alarm of a former member, does.</summary>
/// <param name="Written">Whether it was written; null where that was not found out, as the write was refused for who we are.</param>
/// <param name="Trouble">What is wrong, as part of a sentence; null where it was written.</param>
internal sealed record WriteProbe(bool? Written, string? Trouble)
{
    /// <summary>What the keys of test writes begin with; the id of the lease follows, so no two checks write the same one.</summary>
    public const string KeyPrefix = "etcdadmin/health-check/";

    // Should this process end in the middle, the key goes with its lease.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>Writes, and takes back what was written.</summary>
    /// <param name="member">Makes a client of the member alone that has the time that is left.</param>
    /// <param name="user">Who is asking, for messages; null where that is not known.</param>
    /// <param name="cancellationToken">Gives up; the key goes with its lease then.</param>
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
            return new WriteProbe(null, $"no test write: {(user is null ? "this client" : $"user '{user}'")} may not write keys with the prefix '{KeyPrefix}' ({e.Message})");
        }
        catch (EtcdRpcException e)
        {
            return new WriteProbe(false, $"a test write failed: {e.Message}");
        }
    }

    private static async Task RevokeAsync(EtcdClient member, LeaseId lease, CancellationToken cancellationToken)
    {
        try
        {
            await member.Leases.RevokeAsync(lease, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException)
        {
            // It ends by itself within a minute. That writes fail is told by the write.
        }
    }
}
