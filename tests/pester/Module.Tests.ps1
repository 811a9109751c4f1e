# The module as a whole: its manifest, and that its libraries stay apart from everybody else's.
BeforeAll {
    Set-StrictMode -Version Latest
    $out = Join-Path $PSScriptRoot '../../out' | Resolve-Path
    $manifestPath = Join-Path $out 'EtcdAdmin/EtcdAdmin.psd1'

    # Assemblies do not unload, so every question about loading is put to a new process.
    . "$PSScriptRoot/NewPwsh.ps1"

    # The core's context, and the versions that its libraries have after they were really used.
    $showLoaded = @'
$context = [Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq 'EtcdAdmin'
$core = $context.LoadFromAssemblyName([Reflection.AssemblyName]'EtcdAdmin')
$protobuf = $context.LoadFromAssemblyName([Reflection.AssemblyName]'Google.Protobuf')
$message = $core.GetTypes() | Where-Object { $protobuf.GetType('Google.Protobuf.IMessage').IsAssignableFrom($_) } | Select-Object -First 1
[void][Activator]::CreateInstance($message, $true).CalculateSize()
[void]$context.LoadFromAssemblyName([Reflection.AssemblyName]'YamlDotNet')
$options = [Activator]::CreateInstance($core.GetType('EtcdAdmin.Client.Options.EtcdClientOptions'))
$options.GetType().GetProperty('Endpoints').SetValue($options, [Uri[]]'http://127.0.0.1:1')
$options.GetType().GetProperty('Retry').SetValue($options, $false)
$client = [Activator]::CreateInstance($core.GetType('EtcdAdmin.Client.EtcdClient'), @($options))
try { $client.Maintenance.StatusAsync([Threading.CancellationToken]::None).GetAwaiter().GetResult() } catch { "call: $($_.Exception.InnerException.Message)" }
foreach ($each in [Runtime.Loader.AssemblyLoadContext]::All) {
    $each.Assemblies | ForEach-Object GetName | Where-Object Name -in 'EtcdAdmin', 'dotnet-etcd', 'Google.Protobuf', 'Grpc.Core.Api', 'Grpc.Net.Client', 'YamlDotNet' |
        ForEach-Object { "$($each.Name)/$($_.Name)/$($_.Version)" }
}
'@
    $importModule = "Import-Module '$manifestPath';"
    $foreign = 'Google.Protobuf', 'Grpc.Core.Api', 'Grpc.Net.Client', 'YamlDotNet' | ForEach-Object { "'$out/probes/foreign/$_.dll'" }
    $loadForeign = "Add-Type -LiteralPath $($foreign -join ', ');"
}

Describe 'The manifest' {
    It 'is valid and carries the version of the build' {
        $manifest = Test-ModuleManifest $manifestPath

        $manifest.Version | Should -Be ([xml](Get-Content (Join-Path $out '../Directory.Build.props'))).SelectSingleNode('//Version').InnerText
    }

    It 'exports the cmdlets of the assembly, by name' {
        $listed = (Import-PowerShellDataFile $manifestPath).CmdletsToExport | Sort-Object

        $present = Invoke-NewPwsh "$importModule (Get-Module EtcdAdmin).NestedModules[0], (Import-Module '$out/EtcdAdmin/EtcdAdmin.PowerShell.dll' -PassThru) | ForEach-Object { `$_.ExportedCmdlets.Keys }" |
            Sort-Object

        $listed -join ', ' | Should -Be ($present -join ', ')
    }

    It 'reads the views that are there, one table or list for each type, in the order of their names' {
        $listed = (Import-PowerShellDataFile $manifestPath).FormatsToProcess
        $files = Get-ChildItem (Join-Path $out 'EtcdAdmin') -Recurse -Filter *.ps1xml

        $listed | Should -Be (@($files | ForEach-Object { "Formats/$($_.Name)" }) | Sort-Object)
        $views = $files | ForEach-Object { ([xml](Get-Content $_ -Raw)).SelectNodes('//View') }
        $views | ForEach-Object { foreach ($type in $_.ViewSelectedBy.TypeName) { "$type $($_.LastChild.Name)" } } | Group-Object | Where-Object Count -GT 1 |
            ForEach-Object Name | Should -BeNullOrEmpty -Because 'the second of a kind would never be used'
        $types = Invoke-NewPwsh "$importModule [Runtime.Loader.AssemblyLoadContext]::All.Assemblies.Where({ `$_.FullName -like 'EtcdAdmin*' }) |
            ForEach-Object { `$_.GetExportedTypes().FullName }"
        $views.ViewSelectedBy.TypeName | Where-Object { $_ -notin $types } | Should -BeNullOrEmpty
    }

    It 'ships neither PowerShell nor debug files' {
        $names = Get-ChildItem (Join-Path $out 'EtcdAdmin') -Recurse -File | ForEach-Object Name

        $names | Where-Object { $_ -like 'System.Management.Automation*' -or $_ -like '*.pdb' -or $_ -like '*.json' } | Should -BeNullOrEmpty
    }
}

Describe 'The libraries' {
    It 'are not loaded by the import' {
        $loaded = Invoke-NewPwsh "$importModule [Runtime.Loader.AssemblyLoadContext]::All.Where({ `$_.Name -eq 'EtcdAdmin' }).Assemblies | ForEach-Object { `$_.GetName().Name }"

        $loaded | Where-Object { $_ -ne 'EtcdAdmin' } | Should -BeNullOrEmpty
    }

    It 'are ours when another module has loaded older ones before' {
        $loaded = Invoke-NewPwsh "$loadForeign $importModule $showLoaded"

        $loaded | Should -Contain 'Default/Google.Protobuf/3.25.1.0'
        $loaded | Should -Contain 'Default/Grpc.Net.Client/2.0.0.0'
        $loaded | Should -Contain 'Default/YamlDotNet/13.0.0.0'
        $loaded | Where-Object { $_ -match '^EtcdAdmin/Google.Protobuf/' } | Should -Match '/3\.(?!25\.)'
        $loaded | Where-Object { $_ -match '^EtcdAdmin/Grpc\.(Net\.Client|Core\.Api)/' } | Should -HaveCount 2
        $loaded | Where-Object { $_ -match '^call: ' } | Should -Match 'Cannot connect to http://127.0.0.1:1'
        $loaded | Where-Object { $_ -match '^EtcdAdmin/YamlDotNet/' } | Should -Not -Match '/13\.'
    }

    It 'leave another module free to load older ones afterwards' {
        $loaded = Invoke-NewPwsh "$importModule $showLoaded; $loadForeign $showLoaded"

        $loaded | Should -Contain 'Default/Google.Protobuf/3.25.1.0'
        $loaded | Should -Contain 'Default/Grpc.Net.Client/2.0.0.0'
        $loaded | Should -Contain 'Default/YamlDotNet/13.0.0.0'
        $loaded | Where-Object { $_ -match '^call: ' } | Should -HaveCount 2
        $loaded | Where-Object { $_ -match '^call: ' } | Should -Match 'Cannot connect to http://127.0.0.1:1'
    }

    It 'are loaded once, and never where other modules would see them' {
        $loaded = Invoke-NewPwsh "$importModule $importModule Remove-Module EtcdAdmin; $importModule $showLoaded"

        $loaded | Where-Object { $_ -notmatch '^call: ' } | Should -HaveCount 6
        $loaded | Where-Object { $_ -notmatch '^call: ' } | Should -Match '^EtcdAdmin/'
    }

    It 'serve several runspaces of one process' {
        $loaded = Invoke-NewPwsh "1..4 | ForEach-Object -Parallel { $importModule } -ThrottleLimit 4; $importModule $showLoaded"

        $loaded | Where-Object { $_ -notmatch '^call: ' } | Should -HaveCount 6
    }
}

Describe 'SSH.NET' {
    It 'is loaded when a host is first reached with it, not before, and apart from others' {
        $show = "[Runtime.Loader.AssemblyLoadContext]::All | ForEach-Object { `$name = `$_.Name; `$_.Assemblies |
            Where-Object { `$_.FullName -match '^(Renci\.|BouncyCastle|Microsoft\.Extensions\.Logging)' } | ForEach-Object { `$name } } | Select-Object -Unique"

        $said = Invoke-NewPwsh "$importModule 'before'; $show; Get-EtcdHost 127.0.0.1:1 -SshTransport SshNet -SshConfigPath /dev/null -ErrorAction SilentlyContinue -ErrorVariable no; `$no.FullyQualifiedErrorId; $show"

        $said | Should -Be 'before', 'EtcdHostUnreachable,EtcdAdmin.PowerShell.Cmdlets.GetEtcdHostCommand', 'EtcdAdmin'
    }
}
