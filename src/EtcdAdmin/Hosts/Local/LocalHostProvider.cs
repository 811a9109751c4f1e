using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Local;

/// <summary>Knows this machine only.</summary>
public sealed class LocalHostProvider : IHostProvider
{
    private readonly LocalHost _local = new();

    /// <inheritdoc/>
    public IHost Get(HostConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.IsLocal) return _local;
        throw new EtcdException(EtcdErrorIds.HostUnknown, $"No way to host '{connection.HostName}' is known.")
        {
            Target = connection.HostName,
        };
    }
}
