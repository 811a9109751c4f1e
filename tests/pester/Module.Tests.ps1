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
foreach ($each in [Runtime.Loader.AssemblyLoadContext]::All) {
    $each.Assemblies | ForEach-Object GetName | Where-Object Name -in 'EtcdAdmin', 'Google.Protobuf', 'YamlDotNet' |
        ForEach-Object { "$($each.Name)/$($_.Name)/$($_.Version)" }
}
'@
    $importModule = "Import-Module '$manifestPath';"
    $loadForeign = "Add-Type -LiteralPath '$out/probes/foreign/Google.Protobuf.dll', '$out/probes/foreign/YamlDotNet.dll';"
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
    It 'are ours when another module has loaded older ones before' {
        $loaded = Invoke-NewPwsh "$loadForeign $importModule $showLoaded"

        $loaded | Should -Contain 'Default/Google.Protobuf/3.25.1.0'
        $loaded | Should -Contain 'Default/YamlDotNet/13.0.0.0'
        $loaded | Where-Object { $_ -match '^EtcdAdmin/Google.Protobuf/' } | Should -Match '/3\.(?!25\.)'
        $loaded | Where-Object { $_ -match '^EtcdAdmin/YamlDotNet/' } | Should -Not -Match '/13\.'
    }

    It 'leave another module free to load older ones afterwards' {
        $loaded = Invoke-NewPwsh "$importModule $showLoaded; $loadForeign $showLoaded"

        $loaded | Should -Contain 'Default/Google.Protobuf/3.25.1.0'
        $loaded | Should -Contain 'Default/YamlDotNet/13.0.0.0'
    }

    It 'are loaded once, and never where other modules would see them' {
        $loaded = Invoke-NewPwsh "$importModule $importModule Remove-Module EtcdAdmin; $importModule $showLoaded"

        $loaded | Should -HaveCount 3
        $loaded | Should -Match '^EtcdAdmin/'
    }

    It 'serve several runspaces of one process' {
        $loaded = Invoke-NewPwsh "1..4 | ForEach-Object -Parallel { $importModule } -ThrottleLimit 4; $importModule $showLoaded"

        $loaded | Should -HaveCount 3
    }
}
