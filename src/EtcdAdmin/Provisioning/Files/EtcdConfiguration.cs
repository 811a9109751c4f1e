using System.Globalization;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Settings.Translation;
using EtcdAdmin.Text;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Renders the configuration file of a member from the specification.</summary>
/// <remarks>Names of the entries: etcd <c>server/embed/config.go</c> (v3.5), the same since 3.3 unless a comment says otherwise.</remarks>
internal static class EtcdConfiguration
{
    private const string Heading =
        "# Written by EtcdAdmin from the cluster's specification. Changes made here are lost when it is applied again.\n";

    // Clients, and the other members.
    private static readonly string[] RevocationPlanes = ["ClientTLSInfo", "PeerTLSInfo"];
    private const string RevocationField = "CRLFile";

    private static readonly ISerializer Yaml = new SerializerBuilder()
        .WithQuotingNecessaryStrings()
        .WithEventEmitter(next => new ControlCharacterQuoting(next))
        .Build();

    /// <summary>The text of <c>etcd.conf.yml</c>. The same input gives the same text, so a changed text means a changed setting.</summary>
    /// <param name="spec">The cluster; its version is known.</param>
    /// <param name="member">One of its members.</param>
    /// <remarks>
    /// Settings that EtcdAdmin decides itself are left out, also where a profile that was edited by hand has them: they were never in force,
    /// and some destroy data. Loading the profile reports them.
    /// </remarks>
    public static string Render(ClusterSpec spec, MemberSpec member) => Render(spec, member, isForced: false);

    /// <summary>The same with <c>force-new-cluster</c>. Only a repair after a loss of the quorum writes it.</summary>
    public static string RenderForced(ClusterSpec spec, MemberSpec member) => Render(spec, member, isForced: true);

    private static string Render(ClusterSpec spec, MemberSpec member, bool isForced)
    {
        // During an update, members that are done read their files with another version.
        if (member.Version is { } own && spec.Version is { } common && own != common)
            spec = spec with { Version = own, Tuning = SettingTranslation.Of("", spec.Tuning, common, own).Tuning };
        var entries = new Dictionary<string, object>(StringComparer.Ordinal);
        AddIdentity(entries, spec, member);
        if (spec.HasCertificates) AddTls(entries, member, spec);
        AddLogging(entries, spec);
        TuningEntries.Add(entries, spec, member);
        AddExtra(entries, spec.Tuning);
        if (isForced) entries["force-new-cluster"] = true;
        return SealedText.Seal(Heading, Yaml.Serialize(entries));
    }

    private static void AddIdentity(Dictionary<string, object> entries, ClusterSpec spec, MemberSpec member)
    {
        string peer = Text(member.PeerUrl(spec.Tls));
        entries["name"] = member.Name;
        entries["data-dir"] = member.Layout.DataDirectory;
        if (member.WalPath is { } wal) entries["wal-dir"] = wal;
        entries["listen-client-urls"] = Text(spec.ClientSchemes.SelectMany(member.ClientListenUrls));
        entries["advertise-client-urls"] = Text(spec.ClientUrlsOf(member));
        entries["listen-peer-urls"] = Text(member.PeerListenUrls(spec.Tls));
        entries["initial-advertise-peer-urls"] = peer;
        entries["initial-cluster"] = member.Bootstrap?.InitialCluster ?? InitialCluster(spec);
        entries["initial-cluster-token"] = spec.Token;
        entries["initial-cluster-state"] = member.Bootstrap is { Joined: true } ? "existing" : "new";
        // etcd's default in its flags, but not when a configuration file is read (zero value there before 3.5).
        entries["strict-reconfig-check"] = true;
    }

    /// <summary>The value of etcd's <c>initial-cluster</c>: <c>name=peer URL</c> of all members, separated by commas.</summary>
    public static string InitialCluster(ClusterSpec spec) =>
        string.Join(',', spec.Members.Select(member => $"{member.Name}={Text(member.PeerUrl(spec.Tls))}"));

    private static void AddTls(Dictionary<string, object> entries, MemberSpec member, ClusterSpec spec)
    {
        MemberLayout layout = member.Layout;
        entries["client-transport-security"] = Security(
            layout.ServerCertificateFile, layout.ServerKeyFile, spec.RequiresClientCertificates ? layout.CaFile : null);
        entries["peer-transport-security"] = Security(layout.PeerCertificateFile, layout.PeerKeyFile, spec.PeerCaFileOf(member));
        if (spec.Revocation is null) return;
        // The file has no entry for client-crl-file, and etcd ignores flags beside a file. But etcd reads the file into its whole configuration,
        // where this field has its own name (Config.ClientTLSInfo in embed/config.go, TLSInfo.CRLFile in the package transport). Tried with 3.3 to
        // 3.5.
        foreach (string plane in RevocationPlanes)
            entries[plane] = new Dictionary<string, object> { [RevocationField] = layout.RevocationFile };
    }

    // etcd requires client certificates as soon as it has an authority for them, whatever client-cert-auth says (client/pkg/transport/listener.go).
    private static Dictionary<string, object> Security(string certificate, string key, string? authority)
    {
        var security = new Dictionary<string, object> { ["cert-file"] = certificate, ["key-file"] = key };
        if (authority is not null) security["trusted-ca-file"] = authority;
        security["client-cert-auth"] = authority is not null;
        return security;
    }

    private static void AddLogging(Dictionary<string, object> entries, ClusterSpec spec)
    {
        // 3.3 has no structured log. From 3.4 on all members use the same logger, so that the logs of a mixed cluster look the same.
        if (spec.Version is { } version && version < new EtcdVersion(3, 4, 0)) return;
        entries["logger"] = "zap";
        entries["log-outputs"] = new[] { "stderr" };
    }

    private static void AddExtra(Dictionary<string, object> entries, EtcdTuning tuning)
    {
        foreach ((string name, object? value) in tuning.Extra ?? new Dictionary<string, object?>())
        {
            if (value is null || !SettingOwners.IsFree(name) || entries.Keys.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            entries[name] = InEtcdsUnit(name, value);
        }
    }

    // Durations in etcd's configuration file are Go's: whole nanoseconds.
    private static object InEtcdsUnit(string name, object value) =>
        EtcdSettingTable.Find(name) is { Type: SettingType.Duration } && SettingValues.Nanoseconds(value) is { } nanoseconds ? nanoseconds : value;

    /// <summary>URLs as etcd reads a list: separated by commas.</summary>
    public static string Text(IEnumerable<Uri> urls) => string.Join(',', urls.Select(Text));

    /// <summary>A URL as etcd prints it: without the slash that <see cref="Uri"/> adds, and always with its port, which etcd requires.</summary>
    public static string Text(Uri url)
    {
        if (!EndpointUrl.IsNetwork(url)) return url.OriginalString;
        string text = url.GetLeftPart(UriPartial.Authority);
        return url.IsDefaultPort ? string.Create(CultureInfo.InvariantCulture, $"{text}:{url.Port}") : text;
    }
}

/// <summary>Writes text with line breaks and other control characters in double quotes, with escapes.</summary>
/// <remarks>The library would write a block, which loses a leading line break.</remarks>
internal sealed class ControlCharacterQuoting(IEventEmitter next) : ChainedEventEmitter(next)
{
    public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
    {
        if (eventInfo.Source.Value is string text && text.Any(char.IsControl)) eventInfo.Style = ScalarStyle.DoubleQuoted;
        base.Emit(eventInfo, emitter);
    }
}
