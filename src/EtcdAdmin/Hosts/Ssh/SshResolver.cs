using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Reads the target of a connection from the ssh configuration.</summary>
internal static class SshResolver
{
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not accept the configuration.</exception>
    public static async Task<ResolvedHost> ResolveAsync(SshClient client, HostConnection connection, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> settings = await SettingsAsync(client, connection, cancellationToken).ConfigureAwait(false);
        return new ResolvedHost(settings["hostname"], settings["user"], int.Parse(settings["port"], CultureInfo.InvariantCulture))
        {
            HostKeyAlias = settings.GetValueOrDefault("hostkeyalias"),
        };
    }

    /// <summary>Every setting of <c>ssh_config(5)</c> for a connection.</summary>
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not accept the configuration.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> SettingsAsync(
        SshClient client, HostConnection connection, CancellationToken cancellationToken)
    {
        ProcessResult result = await ProcessRunner.RunAsync(
            client.Command(SshArguments.Resolve(connection)), cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0) throw SshFailure.Configuration(connection, result.Error);

        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in result.Output.Split('\n'))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0) settings.TryAdd(line[..space], line[(space + 1)..].Trim());
        }

        return settings;
    }
}
