using System.Globalization;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Preloads libfaketime into logins. Not into sshd itself: its sandbox kills what libfaketime does when it ends.</summary>
internal static class FakeClock
{
    private const string PamLine = "session required pam_env.so";

    /// <summary>Sets how far the clock of a host is off; it takes effect with the next login.</summary>
    public static async Task SetAsync(string root, TimeSpan offset, CancellationToken cancellationToken)
    {
        string environment = $"{root}/etc/environment";
        if (offset == TimeSpan.Zero)
        {
            File.Delete(environment);
            return;
        }

        string seconds = string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0.###;-0.###}\n");
        await File.WriteAllTextAsync($"{root}/etc/faketimerc", seconds, cancellationToken);
        // sshd's own PAM file reads the environment in; sudo, which starts with a clean one, has to be told.
        string sudo = $"{root}/etc/pam.d/sudo";
        IReadOnlyList<string> lines = await File.ReadAllLinesAsync(sudo, cancellationToken);
        if (!lines.Contains(PamLine)) await File.WriteAllLinesAsync(sudo, [.. lines, PamLine], cancellationToken);
        await File.WriteAllTextAsync(environment, "LD_PRELOAD=/usr/lib/lab-faketime.so\n", cancellationToken);
    }
}
