using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Local;

/// <summary>Provides only this machine.</summary>
public sealed class LocalHostProvider : IHostProvider
{
    private readonly LocalHost _local = new();

    /// <inheritdoc/>
    public IHost Get(HostConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.IsLocal) return _local;
        throw new EtcdException(EtcdErrorIds.HostUnknown, $"No connection settings are known for host '{connection.HostName}'.")
        {
            Target = connection.HostName,
        };
    }
}
