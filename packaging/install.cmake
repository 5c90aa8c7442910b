# Installs the programs, their manual pages, the completions, the schema of app files, the recipes for pipelines, README.md and LICENSE.
install(TARGETS chutes-login chutes-sandbox RUNTIME)
set(documents ${PROJECT_BINARY_DIR}/documents) # written by chutes-documents
install(DIRECTORY ${documents}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE TYPE DOC)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/chutes-apps.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/chutes-login)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/packaging/recipes DESTINATION ${CMAKE_INSTALL_DATADIR}/chutes-login USE_SOURCE_PERMISSIONS)

set(bash_completions ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
set(CHUTES_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
  "Folder for zsh completions, below the prefix (Debian: share/zsh/vendor-completions)")
set(fish_completions ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${documents}/completions/chutes-login.bash DESTINATION ${bash_completions} RENAME chutes-login)
install(FILES ${documents}/completions/_chutes-login DESTINATION ${CHUTES_ZSH_COMPLETIONS})
install(FILES ${documents}/completions/chutes-login.fish DESTINATION ${fish_completions})

# The short name is a link to the program. bash and fish find a completion by its file name, zsh by its first line.
if(CHUTES_SHORT_NAME)
  function(install_link target name destination)
    set(link ${PROJECT_BINARY_DIR}/links/${destination}/${name})
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/links/${destination})
    file(CREATE_LINK ${target} ${link} SYMBOLIC)
    install(FILES ${link} DESTINATION ${destination})
  endfunction()
  install_link(chutes-login chutes ${CMAKE_INSTALL_BINDIR})
  install_link(chutes-login.1 chutes.1 ${CMAKE_INSTALL_MANDIR}/man1)
  install_link(chutes-login chutes ${bash_completions})
  install_link(chutes-login.fish chutes.fish ${fish_completions})
endif()
